"""Records on PostgreSQL: tables, repositories, read models, the unit of work."""
