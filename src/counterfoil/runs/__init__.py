"""A command from its words to its result: where data, models, recipes and measurements meet."""
