"""The acts of search, one file each."""
