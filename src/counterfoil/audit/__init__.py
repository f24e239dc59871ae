"""Blind readers: can a foil be told without looking at both sides? Captions alone, pictures alone.

Needs scikit-learn (`pip install 'counterfoil[audit]'`), which is imported where it is used.
"""
