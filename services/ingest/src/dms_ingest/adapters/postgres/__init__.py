"""Ingest's tables in PostgreSQL."""
