"""What every HTTP service of ours has in common: ids, problems, keys, limits, the log, how it is described."""
