"""Implementations of what the use cases need."""
