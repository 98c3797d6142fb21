"""Antrag, Anlage and Quittung, and the rules they keep."""
