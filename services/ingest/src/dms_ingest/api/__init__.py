"""HTTP in, problem or resource out."""
