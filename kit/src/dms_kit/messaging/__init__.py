"""Outbox, relay, inbox, consumer and dead letters: how facts leave a service and arrive in another."""
