"""Learning from ratings: reading them, fitting models, tuning and choosing between them. Of the building side alone."""
