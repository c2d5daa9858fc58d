"""Encoders: text -> vector. The embedded one needs no network; all speak one protocol."""
