"""Goods under transit: what covers them, and their way from the office of departure to that of destination.

Desk: the offices of guarantee, of departure, of passage and of destination, and the declarants of the firms that hold a
guarantee.  Neighbours: the exchange carries each message under signed terms.  Sources: UCC implementing regulation
2015/2447; decisions 32 and 35.
"""
