"""Checks an installation from outside; shares with what it checks only the hashing."""
