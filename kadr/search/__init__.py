"""Searching a bundle: filters, fusion, facets, explanation. Pure functions of arrays; the engine holds the state."""
