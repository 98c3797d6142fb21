"""One file an act; `ports.py` says what the acts need from the outside."""
