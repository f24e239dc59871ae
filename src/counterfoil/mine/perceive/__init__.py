"""Sample to Scene: what is in the picture, and where."""
