"""How pages say what the exchange knows."""
