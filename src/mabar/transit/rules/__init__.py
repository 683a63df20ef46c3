"""Transit: guarantees and what is refused.  Pure."""
