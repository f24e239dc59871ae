"""Reworded to Foil: the edit in pixels."""
