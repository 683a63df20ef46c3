"""MX/1, the protocol between nodes: pure, without socket, disk, clock or randomness.

Desk: the duty engineer.  Neighbours: stands on lib alone; the rest of exchange carries what it makes.
Source: docs/wire/mx1.md, whose sections the files name.
"""
