"""Foil to Scored: measurements of a foil."""
