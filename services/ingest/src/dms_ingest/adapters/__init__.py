"""Implementations of ingest's ports."""
