"""Mapping between messages and use cases."""
