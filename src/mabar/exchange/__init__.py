"""What one part of Mabar tells another: outbox, inbox, and the address "here".

Desk: the duty engineer.  Neighbours: stands on base; every package above leaves messages here and opens its own.
"""
