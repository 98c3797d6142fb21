"""Mapping between messages and the acts of search."""
