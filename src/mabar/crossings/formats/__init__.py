"""Formats of the crossings: bytes in, records and findings out; pure."""
