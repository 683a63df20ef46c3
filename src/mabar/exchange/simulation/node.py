"""The layer of a node as the simulated world speaks with it: the node's own modules, and nothing else."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mabar.exchange import contact, opening
from mabar.exchange.models import Outgoing, Partner, Sent
from mabar.exchange.protocol import documents
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.simulation.drills import Drill
from mabar.exchange.simulation.nodes_in_one import Machine

DRILL = "exchange.drill/1.0"
GREET_EVERY = timedelta(seconds=30)


class Node:
    """A running node; what is not in its database is forgotten when it falls."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._greeted: dict[str, datetime] = {}

    def tick(self, at: datetime) -> None:
        """Open what is stored."""
        while opening.open_stored(at):
            pass

    def bodies_to_send(self, at: datetime) -> Iterable[tuple[str, bytes]]:
        """Give each partner what waits for it; where nothing does, a greeting now and then."""
        for partner in Partner.objects.order_by("code"):
            last = self._greeted.get(partner.code)
            is_due = last is None or abs(at - last) >= GREET_EVERY
            if is_due or _has_waiting(partner):
                self._greeted[partner.code] = at
                yield partner.code, contact.body_for(partner, at, tells_descriptors=False)

    def receive(self, body: bytes, at: datetime) -> bytes:
        """Take a body or an answer in, and give the answer."""
        try:
            return contact.answer(body, at)
        except Refused:
            return b""

    def hand_in(self, drill: Drill, at: datetime) -> None:
        """Leave a drill, once however often it is asked."""
        text = {"number": drill.number, "subject": drill.subject, "text": ""}
        if Sent.objects.filter(message=drill.key).exists():
            return
        Outgoing.objects.get_or_create(
            key=drill.key,
            defaults={
                "address": drill.receiver,
                "kind": DRILL,
                "subject": drill.subject,
                "body": documents.written(text).decode(),
                "left_at": at,
                "next_at": at,
                "urgency": drill.urgency,
            },
        )


def _has_waiting(partner: Partner) -> bool:
    if Outgoing.objects.filter(address=partner.code, done_at=None).exists():
        return True
    return any(row.sent_up_to < row.size for row in partner.stream_set.filter(is_outward=True, closed_at=None))
