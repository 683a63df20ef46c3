"""The tables of transit."""
