"""Mabar: the system with which neighbouring border administrations work together."""
