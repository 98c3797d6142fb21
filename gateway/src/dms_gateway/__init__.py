"""The gateway: one table that says which service answers which path."""
