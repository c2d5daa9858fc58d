"""A stored page -> a film, each field with where it came from. Pure: no network, no clock, no state."""
