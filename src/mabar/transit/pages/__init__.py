"""Transit's pages."""
