"""Start Kafka, OpenSearch, Keycloak, an S3 store and PostgreSQL as plain processes, in pinned versions."""
