"""Where photos with captions come from."""
