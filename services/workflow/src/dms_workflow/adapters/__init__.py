"""Implementations of the ports of workflow."""
