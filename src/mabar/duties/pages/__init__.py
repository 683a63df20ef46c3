"""The doors of duties for people."""
