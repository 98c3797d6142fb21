"""HTTP routes and schemas of search."""
