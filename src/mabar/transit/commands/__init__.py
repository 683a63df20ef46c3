"""The acts of transit."""
