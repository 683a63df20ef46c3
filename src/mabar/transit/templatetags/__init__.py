"""Tags of the pages of transit."""
