"""What the signed terms let pass of a kind today: for the desk that asks before it writes."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from mabar.exchange import agreeing
from mabar.exchange.models import Partner
from mabar.exchange.own import ms_of
from mabar.exchange.protocol.kind_table import parts_of
from mabar.exchange.protocol.objects import administration_of
from mabar.exchange.protocol.policy import Agreement, Entry

_DAY_MS = 86_400_000


@dataclass(frozen=True)
class KindInForce:
    """What terms in force name for a kind in one direction: which terms, articles, purposes, fields, days kept."""

    terms: str
    articles: tuple[str, ...]
    purposes: tuple[str, ...]
    fields: tuple[str, ...]
    retention_days: int
    onward: str


def kind_in_force(partner: str, kind: str, *, to_partner: bool, at: datetime) -> KindInForce | None:
    """Give what the newest terms with a partner let pass of a kind, to it or from it; None where none does now."""
    sender = administration_of(settings.NODE.code if to_partner else partner)
    name, major, _minor = parts_of(kind) or ("", 0, 0)
    stopped = {
        each.terms
        for each in agreeing.suspensions(partner)
        if name in each.kinds and each.from_ms <= ms_of(at) and (each.to_ms is None or ms_of(at) < each.to_ms)
    }
    agreements = agreeing.with_partner(partner).values()
    for agreement in sorted(agreements, key=lambda each: (each.first_day, each.terms.name), reverse=True):
        entry = agreement.entries.get(name, {}).get(major, {}).get(sender)
        if entry is not None and agreement.terms.name not in stopped and _is_in_force(agreement, at):
            return _shown(agreement, entry)
    return None


def _is_in_force(agreement: Agreement, at: datetime) -> bool:
    return agreement.first_day <= ms_of(at) // _DAY_MS <= agreement.last_day


def _shown(agreement: Agreement, entry: Entry) -> KindInForce:
    return KindInForce(
        terms=agreement.terms.name,
        articles=tuple(each.article for each in agreement.terms.legal_basis),
        purposes=entry.terms.purposes,
        fields=tuple(each for each in entry.terms.fields if each not in entry.terms.masked),
        retention_days=entry.terms.retention_days,
        onward=entry.terms.onward,
    )


def partners_for(kind: str, *, at: datetime) -> list[str]:
    """List the partner nodes of other administrations to which terms in force let a kind pass now."""
    codes = Partner.objects.order_by("code").values_list("code", flat=True)
    return [code for code in codes if kind_in_force(code, kind, to_partner=True, at=at) is not None]
