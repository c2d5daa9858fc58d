"""Recommendations from what a visitor liked: numpy alone, no training, nothing kept between two requests."""
