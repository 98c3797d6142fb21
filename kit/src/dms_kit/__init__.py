"""Shared mechanics of the four services; knows no noun of the domain."""
