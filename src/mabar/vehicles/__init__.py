"""Temporary admission of vehicles: the pass from its prefilling to the exit, and the vehicles that stayed too long.

Desk: the vehicle counter, its head, declarants and programmes that prefill.  A vehicle is found by its plate and
its chassis, never by a name.  Neighbours: crossings below give the places.  Source: decision 25.
"""
