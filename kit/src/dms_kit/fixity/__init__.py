"""Whether stored objects are still what was written: their check, the quarantine of those that are not."""
