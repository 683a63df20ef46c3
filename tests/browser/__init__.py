"""Tests that drive a real browser against a node that runs as real processes."""
