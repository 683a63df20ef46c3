"""The ground's tables."""

from mabar.base.models.actors import Actor, ApiKey, Firm, Mandate, Post
from mabar.base.models.files import StoredFile
from mabar.base.models.journal import (
    JournalErasure,
    JournalFacts,
    JournalHead,
    JournalLine,
    JournalPending,
    JournalSeal,
)
from mabar.base.models.places import Administration, Agency, Place
from mabar.base.models.search import (
    SearchCursor,
    SearchEntry,
    SearchIdentifier,
    SearchPosting,
    SearchTrigram,
    SearchWord,
)
from mabar.base.models.timers import Timer

__all__ = [
    "Actor",
    "Administration",
    "Agency",
    "ApiKey",
    "Firm",
    "JournalErasure",
    "JournalFacts",
    "JournalHead",
    "JournalLine",
    "JournalPending",
    "JournalSeal",
    "Mandate",
    "Place",
    "Post",
    "SearchCursor",
    "SearchEntry",
    "SearchIdentifier",
    "SearchPosting",
    "SearchTrigram",
    "SearchWord",
    "StoredFile",
    "Timer",
]
