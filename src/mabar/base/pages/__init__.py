"""The ground's pages: people and their mandates, API keys, one's own account, the journal, the node's state."""

from mabar.base.pages.api_keys import api_keys, make_api_key, revoke_api_key
from mabar.base.pages.journal import journal_page
from mabar.base.pages.operations import health_probe, metrics, operations
from mabar.base.pages.own import account
from mabar.base.pages.people import (
    close_account,
    end_mandate,
    enrol,
    grant,
    people,
    person,
    remove_factors,
    reset_password,
)

__all__ = [
    "account",
    "api_keys",
    "close_account",
    "end_mandate",
    "enrol",
    "grant",
    "health_probe",
    "journal_page",
    "make_api_key",
    "metrics",
    "operations",
    "people",
    "person",
    "remove_factors",
    "reset_password",
    "revoke_api_key",
]
