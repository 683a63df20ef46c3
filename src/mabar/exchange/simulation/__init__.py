"""A world for the nodes of an exchange: one seed gives one run, with its own clock, line, dice and disk.

Desk: who changes the exchange.  It runs the code of a node and replaces only what surrounds that; no node loads it.
"""
