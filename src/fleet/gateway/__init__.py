"""Accepts pushes: authenticate, bound, redact, append, answer. Never parses what it stores."""
