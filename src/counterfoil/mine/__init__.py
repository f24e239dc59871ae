"""From photos with captions to two-way foils."""
