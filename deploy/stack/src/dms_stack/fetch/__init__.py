"""Fetch pinned versions by coordinates into a cache, verify them, show how far it is."""
