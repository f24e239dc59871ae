"""A local web page to look at foils and judge them. See docs/review.md."""
