"""Implementations of the ports of search."""
