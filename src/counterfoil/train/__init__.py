"""Dual encoders learn from foils: batches of groups, named losses, checkpoints that resume to the bit."""
