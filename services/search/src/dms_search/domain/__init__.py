"""What search knows by itself: Indexeinträge, Suchanfragen, Treffer and Indexläufe."""
