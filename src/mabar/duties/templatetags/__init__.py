"""Template tags of duties."""
