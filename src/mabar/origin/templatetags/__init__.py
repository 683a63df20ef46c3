"""The tags of origin's pages."""
