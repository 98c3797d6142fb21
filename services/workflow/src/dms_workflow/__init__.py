"""Aufgaben: what somebody has to do with a Vorgang, for whom, and who does it."""
