"""Places where goods cross: opening, lanes, and the passage of each truck from announcement to gate-out.

Desk: gate, weighbridge and yard officers, and the agencies that may hold a truck.  Neighbours: declarations attach to
passages and clear them by calling down.  Sources: the land border steps in `docs/architecture.md`.
"""
