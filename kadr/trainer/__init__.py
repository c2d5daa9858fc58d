"""The training server: predictions for the users of the training data, and learning from new ratings."""
