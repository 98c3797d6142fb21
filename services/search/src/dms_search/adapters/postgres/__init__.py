"""Search on PostgreSQL: what is indexed up to when, and the Indexläufe."""
