"""What the templates of the crossings may say beside the tags of every page."""
