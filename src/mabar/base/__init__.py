"""The ground of a node: administrations, agencies, places, actors, mandates, journal, timers, files, search, screens.

Desk: the place administrator and the duty engineer.  Neighbours: every package above stands on it.
Sources: the design's chapters on words, journal and refusals (`docs/architecture.md`).
"""
