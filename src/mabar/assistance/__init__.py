"""Requests between two customs services: mutual assistance with one clock, and the query of one declaration.

Desk: the liaison officers who are on the exchanged list, their head, and oversight.  Neighbours: declarations below
give what a query may read, the exchange carries each message under signed terms.  Sources: WCO model bilateral
agreement on mutual administrative assistance (June 2004), articles 3 to 11; decision 33.
"""
