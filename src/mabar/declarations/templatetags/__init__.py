"""Tags of the pages of declarations."""
