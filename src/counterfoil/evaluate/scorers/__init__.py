"""Who fills the score matrices: models, files of scores, and the controls that keep everyone honest."""
