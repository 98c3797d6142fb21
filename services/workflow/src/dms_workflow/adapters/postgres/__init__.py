"""Tables, repositories and read models on PostgreSQL."""
