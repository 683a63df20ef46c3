"""The record of a declaration as it was declared."""

from mabar.declarations import sad
from mabar.declarations.models import Declaration, Version


def newest_version(key: str) -> Version:
    """Give the newest version of a declaration."""
    return Version.objects.filter(declaration=key).order_by("-number")[:1].get()


def record_of(declaration: Declaration) -> sad.Declaration:
    """Give the record of the newest version."""
    return sad.loads(newest_version(declaration.key).record)
