"""HTTP for every service: problems, tokens, pages, ETags, strict JSON, health; the only part that knows HTTP."""
