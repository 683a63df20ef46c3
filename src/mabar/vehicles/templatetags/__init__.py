"""What the templates of the vehicles may say beside the tags of every page."""
