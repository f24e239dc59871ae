"""Scene to Proposal: which one fact to change."""
