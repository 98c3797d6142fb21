"""Ingest takes applications in: it keeps their files, gives a receipt and tells what became of them."""
