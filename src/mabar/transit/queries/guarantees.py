"""Guarantees as the desk and their holder read them; and the ledger added again."""

from mabar.transit.models import Guarantee


def key_of_reference(reference: str) -> str | None:
    """Give the key of the guarantee that bears a reference at this node."""
    return Guarantee.objects.filter(reference=reference).values_list("key", flat=True).first()
