"""Facts from and to other services: Protobuf is known here only."""
