"""Two nodes of two administrations for a measurement: made, certified, introduced, with terms in force."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tools.ports import free_port

A, B = "dz.debdeb", "ly.ghadames"
DRILL = "exchange.drill/1.0"


@contextmanager
def made(hosts: Mapping[str, str] | None = None, *, at: datetime | None = None) -> Iterator[dict[str, object]]:
    """Make both nodes in a passing folder, and set Django up; gives their desks.

    Args:
        hosts: the address of each node by its code; this machine itself where none is told.
        at: the instant of the making; now where none is told.
    """
    from mabar.site.making import Wish, make_folder
    from mabar.site.node import read_node

    at = at or datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="mabar-bench-") as passing:
        for code in (A, B):
            host = hosts[code] if hosts else "localhost"
            wish = Wish(host, code, (code,), free_port(), second_factor="offered")
            make_folder(Path(passing) / code, wish, Path(passing) / f"{code}.key", at=at)
        os.environ |= {"MABAR_NODE": str(Path(passing) / A), "DJANGO_SETTINGS_MODULE": "mabar.site.settings"}
        import django

        django.setup()
        from mabar.site import demo_nodes
        from mabar.site.at_node import Desk

        desks = {code: Desk(read_node(Path(passing) / code)) for code in (A, B)}
        demo_nodes.found(list(desks.values()), at)
        demo_nodes.bring_together(desks, at)
        try:
            yield desks
        finally:
            for desk in desks.values():
                desk.close()


def leave(desk: object, bodies: list[tuple[str, str, str, str]], *, urgency: int, to: str = B) -> list[str]:
    """Leave messages for the other node as many acts would, and give their keys.

    Args:
        bodies: of each its kind, subject, body and purpose.
    """
    from mabar.base.keys import new_key
    from mabar.exchange.models import Outgoing

    now = datetime.now(UTC)
    rows = [
        Outgoing(
            key=new_key(now),
            address=to,
            kind=kind,
            subject=subject,
            body=body,
            purpose=purpose,
            left_at=now,
            next_at=now,
            urgency=urgency,
        )
        for kind, subject, body, purpose in bodies
    ]
    with desk.open():
        Outgoing.objects.bulk_create(rows)
    return [row.key for row in rows]
