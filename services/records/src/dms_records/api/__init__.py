"""HTTP in, problem out."""
