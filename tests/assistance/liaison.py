"""Two liaison desks for the tests: Debdeb asks, Ghadames is asked, each a node with a database of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from mabar.assistance import commands, models
from mabar.assistance.models import AssistanceRequest, DeclarationQuery
from mabar.base import timers
from mabar.base.keys import new_key
from mabar.base.models import Actor, Agency, JournalFacts, JournalLine, Mandate, Place, Post, Timer
from mabar.exchange.models import Received, Sent
from tests.exchange.pair import A, B, Pair

DEB, GHD = A, B
ARTICLE = "DEMO 3: requests for mutual assistance (WCO model bilateral agreement 2004, articles 3 to 11)"
QUERY_ARTICLE = "DEMO 4: query of one declaration on demand"
CONTENTS = {
    "article": ARTICLE,
    "kind": "assessment",
    "language": "ar",
    "matter": "Value of dates declared at Debdeb",
    "reason": "The value differs from the invoices of the season",
    "description": "Three consignments, invoices 17 to 19",
    "legal_elements": "Customs code, article 16",
    "connection": "The seller issued the invoices",
    "parties": "Oasis Example, Ghadames",
    "to_official": "GHD-L1",
}
FUNCTIONS = {"L1": "liaison_officer", "L2": "liaison_officer", "H1": "head_of_assistance", "O1": "oversight_reader"}
DAY_ONE = date(2026, 1, 1)


@dataclass
class Service:
    """Both desks."""

    pair: Pair
    officers: dict[str, Actor] = field(default_factory=dict)
    last_lines: dict[str, int] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """Give the instant at which the next act is done."""
        return self.pair.now

    @contextmanager
    def at(self, node: str) -> Iterator[None]:
        """Work at a node."""
        with self.pair.at(node):
            yield

    def carry(self) -> None:
        """Carry what waits, both ways, until nothing is left."""
        self.pair.speak(rounds=2)

    def exchange_lists(self) -> None:
        """Designate the liaison officer and the head of each side, and let the other side know."""
        for node, prefix in ((DEB, "DEB"), (GHD, "GHD")):
            with self.at(node):
                for code in (f"{prefix}-L1", f"{prefix}-H1"):
                    commands.designate(
                        self.officers[f"{prefix}-H1"], code, place=node, from_on=DAY_ONE, at=self.pair.later(seconds=1)
                    )
        self.carry()

    def draft(self, **changed: Any) -> str:
        """Draft a request at Debdeb."""
        told = {"place": DEB, "partner": GHD, "pace": "normal", "at": self.pair.later(seconds=1)}
        told |= {name: changed.pop(name) for name in list(changed) if name in (*told, "actor")}
        actor = self.officers[told.pop("actor", "DEB-L1")]
        with self.at(DEB):
            key = new_key(told["at"])
            commands.draft_request(actor, key, contents=CONTENTS | changed, **told)
        return key

    def sent(self, **changed: Any) -> str:
        """Send a request from Debdeb; it lies at Ghadames."""
        key = self.draft(**changed)
        self.act(DEB, "send_request", key)
        self.carry()
        return key

    def act(self, node: str, act: str, key: str, *, by: str = "", **facts: Any) -> AssistanceRequest:
        """Do an act at a node, by its liaison officer unless another is named."""
        actor = self.officers[by or f"{node[3:6].upper().replace('GHA', 'GHD')}-L1"]
        facts.setdefault("at", self.pair.later(seconds=1))
        with self.at(node):
            return getattr(commands, act)(actor, key, **facts)

    def to(self, state: str, **changed: Any) -> str:
        """Bring a request to a state on both sides: sent, acknowledged, returned, answered."""
        key = self.sent(**changed)
        if state != "sent":
            self.act(GHD, "acknowledge", key)
        if state == "returned":
            self.act(GHD, "return_incomplete", key, missing=["parties", "description"], reason="which season?")
        if state == "answered":
            self.act(GHD, "answer_request", key, answer="The invoices are genuine.")
        self.carry()
        return key

    def state(self, node: str, key: str) -> str:
        """Read the state of a request at a node."""
        return self.row(node, key).state

    def row(self, node: str, key: str) -> AssistanceRequest:
        """Read a request at a node."""
        with self.at(node):
            return AssistanceRequest.objects.get(key=key)

    def query_row(self, node: str, key: str) -> DeclarationQuery:
        """Read a query at a node."""
        with self.at(node):
            return DeclarationQuery.objects.get(key=key)

    def heard(self, node: str, kind: str) -> tuple[str, str]:
        """Tell what a node has said of the newest message of a kind that came."""
        with self.at(node):
            newest = Received.objects.filter(kind__startswith=f"assistance.{kind}/").latest("pk")
            return newest.said, newest.code

    def told(self, node: str, kind: str) -> tuple[str, str]:
        """Tell what a node knows of what became of the newest message of a kind that it sent."""
        with self.at(node):
            newest = Sent.objects.filter(kind__startswith=f"assistance.{kind}/").latest("pk")
            return newest.said, newest.code

    def lines(self, node: str, verb: str) -> list[str]:
        """Give the facts of the lines of a verb that the test has left at a node."""
        with self.at(node):
            found = JournalLine.objects.filter(verb=f"assistance.{verb}", pk__gt=self.last_lines[node]).order_by("pk")
            return [JournalFacts.objects.get(line=line).body for line in found]

    def fire(self, node: str, at: datetime) -> int:
        """Let the clock of a node fire what is due."""
        with self.at(node):
            return timers.fire_due(at)


def open_service(pair: Pair) -> Service:
    """Make the officers of both desks."""
    service = Service(pair)
    for node, prefix in ((DEB, "DEB"), (GHD, "GHD")):
        with pair.at(node):
            newest = JournalLine.objects.order_by("-pk").values_list("pk", flat=True).first()
            service.last_lines[node] = newest or 0
            agency, place = Agency.objects.get(code=f"{node[:2]}.customs"), Place.objects.get(code=node)
            for code, function in FUNCTIONS.items():
                key = f"{prefix}-{code}"
                actor, _ = Actor.objects.get_or_create(
                    key=key,
                    defaults={"kind": "officer", "name": function, "agency": agency, "place": place, "password": "!"},
                )
                post, _ = Post.objects.get_or_create(agency=agency, function=function)
                Mandate.objects.get_or_create(actor=actor, post=post, place=place, defaults={"from_on": DAY_ONE})
                service.officers[key] = actor
    return service


def clear(pair: Pair) -> None:
    """Let both desks forget everything."""
    for node in (DEB, GHD):
        with pair.at(node):
            for model in (
                models.RequestAttachment, models.Consent, models.Measure, models.RequestEvent,
                models.AssistanceRequest, models.DeclarationQuery, models.OfficialsList, models.AgreementDeadlines,
            ):  # fmt: skip
                model.objects.all().delete()
            Timer.objects.all().delete()


def hours(count: float) -> timedelta:
    """Give so many hours."""
    return timedelta(hours=count)
