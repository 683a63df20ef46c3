"""What every page shows around its content: the menu that the mandate allows, the place, the node, the languages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from mabar.base import mandates, rules
from mabar.base.models import Actor, Mandate, Place

LANGUAGE_MARKS = (("ar", "ع", "العربية"), ("fr", "FR", "Français"), ("en", "EN", "English"))


@dataclass(frozen=True)
class Entry:
    """One word of the menu: where it leads, and which verbs make it worth showing (any of them; none: everybody)."""

    word: str | Promise
    address: str
    verbs: tuple[str, ...] = ()
    order: int = 50


@dataclass(frozen=True)
class ShownEntry:
    """An entry as the reader sees it."""

    word: str | Promise
    url: str
    is_here: bool


@dataclass(frozen=True)
class Link:
    """The link to the facing node, as the bar shows it."""

    is_up: bool
    words: str | Promise


_OFFERED: dict[str, Entry] = {}
_tellers: list[Callable[[Place], Link | None]] = []


def offer(entry: Entry) -> None:
    """Put an entry into the menu; each package offers its own when it starts (`apps.py`, `ready`)."""
    _OFFERED[entry.address] = entry


def tell_link(teller: Callable[[Place], Link | None]) -> None:
    """Name who knows the state of a place's link; the package that keeps the links does so when it starts."""
    _tellers[:] = [teller]


def entries() -> Sequence[Entry]:
    """Give all entries in the order in which they stand."""
    return sorted(_OFFERED.values(), key=lambda entry: (entry.order, entry.address))


class Screen:
    """The frame of one page for one reader; asks the database only for what the template shows."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def actor(self) -> Actor | None:
        """Who reads; nobody before sign-in."""
        user = getattr(self.request, "user", None)
        return user if isinstance(user, Actor) else None

    @property
    def node(self) -> Any:
        """What this installation is told of itself."""
        return settings.NODE

    @property
    def language(self) -> str:
        """The reader's language."""
        return (get_language() or "ar")[:2]

    @property
    def direction(self) -> str:
        """Where the reader's lines begin."""
        return "rtl" if self.language == "ar" else "ltr"

    @property
    def languages(self) -> Sequence[tuple[str, str, str]]:
        """Code, mark and name of each language."""
        return LANGUAGE_MARKS

    @property
    def stream_origin(self) -> str:
        """Where the live stream listens."""
        return str(settings.NODE.stream_origin)

    @cached_property
    def place(self) -> Place | None:
        """The place whose time the page shows: the reader's own, else the node's."""
        if self.actor is not None and self.actor.place_id:
            return Place.objects.select_related("faces").get(code=self.actor.place_id)
        return Place.objects.select_related("faces").filter(code=settings.NODE.code).first()

    @cached_property
    def link(self) -> Link | None:
        """The link to the node that the reader's place faces; nothing where none is kept."""
        return _tellers[0](self.place) if _tellers and self.place is not None else None

    @cached_property
    def mandates(self) -> Sequence[Mandate]:
        """The reader's mandates of today, with their posts."""
        if self.actor is None:
            return []
        return list(mandates.held_by(self.actor, timezone.now()).select_related("post__agency"))

    @cached_property
    def verbs(self) -> frozenset[str]:
        """Every verb that the reader holds today."""
        return frozenset(verb for mandate in self.mandates for verb in rules.verbs_of(mandate.post.function))

    @cached_property
    def menu(self) -> Sequence[ShownEntry]:
        """The menu: only what the mandate allows."""
        open_to = [entry for entry in entries() if not entry.verbs or self.verbs.intersection(entry.verbs)]
        urls = {entry.address: reverse(entry.address) for entry in open_to}
        # of two words whose addresses lead here, the one that leads further is meant
        here = max((url for url in urls.values() if self._leads_here(url)), key=len, default="")
        return [ShownEntry(entry.word, urls[entry.address], urls[entry.address] == here) for entry in open_to]

    def _leads_here(self, url: str) -> bool:
        path = self.request.path
        return path == url or (url != "/" and path.startswith(url))

    @cached_property
    def post(self) -> str:
        """The function under which the reader acts, as a code of `posts.yaml`."""
        return self.mandates[0].post.function if self.mandates else ""

    @property
    def post_word(self) -> str:
        """The key of that function's word in the ground's vocabulary."""
        return f"post.{self.post}"

    @property
    def way_back(self) -> str:
        """The page of this node from which the reader came; the front page where it is not known."""
        came_from = self.request.headers.get("Referer", "")
        is_ours = url_has_allowed_host_and_scheme(came_from, {self.request.get_host()}, self.request.is_secure())
        return came_from if is_ours else "/"

    @property
    def house(self) -> str:
        """The agency or firm of the reader, by name."""
        if self.actor is None:
            return ""
        if self.actor.firm_id:
            return str(self.actor.firm)
        return self.actor.agency.name if self.actor.agency else ""


def context(request: HttpRequest) -> dict[str, Any]:
    """Give every template its `screen`."""
    return {"screen": Screen(request)}
