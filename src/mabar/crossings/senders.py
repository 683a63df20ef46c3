"""Which crossing here a partner's message is for: that which faces the sender's own."""

from mabar.crossings import queries, rules


def served_across(place: str, partner: str) -> str:
    """Name the crossing here that faces the one of a partner's message, which must be the sender's own.

    Raises:
        NotAcross: it faces none of this node, or is another's.
    """
    here = queries.facing(place)
    if here is None or place != partner:
        raise rules.NotAcross(place=place, partner=partner)
    return here
