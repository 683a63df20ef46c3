"""Who the actors of this node are."""

from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord

NODE_KEY = "node"


def node() -> Actor:
    """Give the actor that is the node itself; made when it is first asked for."""
    actor = Actor.objects.filter(key=NODE_KEY).first()
    return actor or Actor.objects.create(key=NODE_KEY, kind=Actor.NODE, name="Mabar", password="!")


def signing() -> Actor:
    """Give the node as it signs lines, which name an actor by key; no row is read for it, and none is to be saved."""
    return Actor(key=NODE_KEY, kind=Actor.NODE, name="Mabar", password="!")


def by_key(key: str) -> Actor:
    """Give the active actor with this key.

    Raises:
        NoSuchRecord: nobody bears it, or he is no longer active.
    """
    try:
        return Actor.objects.select_related("place", "agency", "firm").get(key=key, is_active=True)
    except Actor.DoesNotExist:
        raise NoSuchRecord(key=key) from None
