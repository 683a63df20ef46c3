"""What differs between two terms, for the officer who is asked to sign the later ones."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from mabar.exchange.protocol.terms import Terms


@dataclass(frozen=True)
class Difference:
    """One part of the terms that is not the same: what was there and is gone, and what has come.

    `kind` (`package.name/major`) and `sender` are empty where the part belongs to the terms as a whole.  A kind that is
    new has all its parts in `after`, the first of them its `kind`; one that is gone has them in `before`.
    """

    part: str
    kind: str
    sender: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def differences(old: Terms, new: Terms) -> tuple[Difference, ...]:
    """List what differs, the terms as a whole first, then kind by kind and direction by direction."""
    before, after = _parts(old), _parts(new)
    found = []
    for key in dict.fromkeys((*after, *before)):
        was, now = before.get(key, {}), after.get(key, {})
        if was.keys() != now.keys():
            gone, come = (each for each in was if each not in now), (each for each in now if each not in was)
            found.append(Difference(key[2], key[0], key[1], tuple(gone), tuple(come)))
    return tuple(found)


def _parts(terms: Terms) -> dict[tuple[str, str, str], dict[str, None]]:
    """Give each part under kind, sender and its name, as texts."""
    parts = {("", "", each.name): _texts(getattr(terms, each.name)) for each in fields(terms) if each.name != "kinds"}
    for kind in terms.kinds:
        name, major, _minor = kind.parts
        for sender in kind.senders:
            for each in fields(kind):
                if each.name != "senders":
                    parts[f"{name}/{major}", sender, each.name] = _texts(getattr(kind, each.name))
    return parts


def _texts(value: Any) -> dict[str, None]:
    listed = value if isinstance(value, tuple) else () if value is None else (value,)
    return dict.fromkeys(_text(each) for each in listed)


def _text(value: Any) -> str:
    if isinstance(value, str | int | date):
        return str(value)
    parts = value if isinstance(value, tuple) else [getattr(value, each.name) for each in fields(value)]
    return ", ".join(_text(each) for each in parts)
