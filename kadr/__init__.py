"""Kadr: semantic film search and recommendation with no server to run."""

__version__ = "0.1.0"
