"""Mapping between ingest's facts and the messages of the bus."""
