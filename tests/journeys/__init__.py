"""One truck followed through every desk, in a real browser."""
