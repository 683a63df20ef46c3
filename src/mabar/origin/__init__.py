"""Proofs of origin between two customs services: issued here, checked here, and verified with the service that issued.

Desk: the office that issues, the officer who verifies at import, and the declarant who asks for proofs and presents
them.  Above declarations and duties, which it enters by their fronts; crossings give the places.  Source: decision 32.
"""
