"""Pure building blocks: standard library only, nothing reads or writes."""
