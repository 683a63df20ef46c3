"""Agreements as a lawyer reads them, what two versions differ in, and whose signatures are missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from mabar.base.rules import NoSuchRecord
from mabar.exchange import agreeing, proposing, trusting
from mabar.exchange.models import Agreement, Signing, Suspension
from mabar.exchange.protocol import terms_compared
from mabar.exchange.protocol.cose import key_id
from mabar.exchange.protocol.terms import Terms
from mabar.exchange.protocol.terms_compared import Difference
from mabar.exchange.signing_files import Signing as SigningFile

PROPOSED, TO_COME, IN_FORCE, ENDED, REPLACED = "proposed", "to_come", "in_force", "ended", "replaced"
STRUCK = "struck"


@dataclass(frozen=True)
class AgreementRow:
    """Terms in a list: `state` is proposed, to_come, in_force, ended, replaced or struck.

    Struck are terms that a never-line of this version forbids, though they were signed; `struck` are its facts.

    A standing order has one party, the administration of the node itself.
    """

    name: str
    is_standing_order: bool
    state: str
    parties: Sequence[str]
    valid_from: date
    valid_to: date
    review_on: date
    is_review_due: bool
    proposed_by: str
    proposed_at: datetime
    signed_at: datetime | None
    suspended: Sequence[str]
    missing: Mapping[str, int]
    struck: Mapping[str, object]


@dataclass(frozen=True)
class SuspensionRow:
    """That kinds were stopped, by whom and why, until when."""

    by: str
    kinds: Sequence[str]
    reason: str
    from_at: datetime
    until_at: datetime | None
    is_ours: bool


@dataclass(frozen=True)
class SignerRow:
    """A signature under proposed terms."""

    administration: str
    key_id: str
    brought_by: str
    brought_at: datetime


@dataclass(frozen=True)
class TermsView:
    """Terms with what they say and how far they have come; `versions` are the others that they can be compared with."""

    row: AgreementRow
    terms: Terms
    digest: str
    signers: Sequence[SignerRow]
    suspensions: Sequence[SuspensionRow]
    versions: Sequence[str]

    @property
    def is_suspended_by_us(self) -> bool:
        """Whether this side has something to lift."""
        return any(each.is_ours and each.until_at is None for each in self.suspensions)


def agreements(at: datetime) -> list[AgreementRow]:
    """List all terms, the newest first."""
    suspended = _suspended()
    rows = Agreement.objects.order_by("-proposed_at", "name")
    return [_row(row, _terms(row), suspended.get(row.name, ()), at) for row in rows]


def agreement(name: str, at: datetime) -> TermsView:
    """Give terms with all that they say.

    Raises:
        NoSuchRecord.
    """
    row = _agreement(name)
    terms = _terms(row)
    others = Agreement.objects.exclude(name=name).order_by("name")
    alike = [each.name for each in others if each.name.rpartition(".")[0] == name.rpartition(".")[0]]
    return TermsView(
        row=_row(row, terms, _suspended().get(name, ()), at),
        terms=terms,
        digest=signing_file(name).digest.hex(),
        signers=[
            SignerRow(each.administration, each.key_id, each.brought_by, each.brought_at)
            for each in Signing.objects.filter(agreement=row).order_by("administration", "brought_at")
        ],
        suspensions=[_suspension(each) for each in Suspension.objects.filter(agreement=row).order_by("-from_at")],
        versions=alike,
    )


def in_order(one: str, other: str) -> tuple[str, str]:
    """Put two terms in the order of their versions, and of their proposals where these are the same.

    Raises:
        NoSuchRecord.
    """
    rows = sorted(map(_agreement, (one, other)), key=lambda row: (_terms(row).version, row.proposed_at))
    return rows[0].name, rows[1].name


def differing(old: str, new: str) -> Sequence[Difference]:
    """Compare two terms part by part.

    Raises:
        NoSuchRecord.
    """
    return terms_compared.differences(_terms(_agreement(old)), _terms(_agreement(new)))


def signing_file(name: str) -> SigningFile:
    """Give the signing file of terms, as the holders of root keys take it to their table.

    Raises:
        NoSuchRecord.
    """
    row = _agreement(name)
    type_, context = proposing.context_of(_terms(row))
    return SigningFile(type_, context, bytes(row.document))


def _agreement(name: str) -> Agreement:
    row = Agreement.objects.filter(name=name).first()
    if row is None:
        raise NoSuchRecord(key=name)
    return row


def _terms(row: Agreement) -> Terms:
    return agreeing.terms_of(row)


def _row(row: Agreement, terms: Terms, suspended: Sequence[str], at: datetime) -> AgreementRow:
    struck = agreeing.struck_by(terms)
    return AgreementRow(
        name=row.name,
        is_standing_order=row.is_standing_order,
        state=STRUCK if struck and row.signed_at else _state(row, at),
        parties=terms.administrations,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        review_on=terms.review_on,
        is_review_due=row.signed_at is not None and terms.review_on - at.date() < timedelta(days=30),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        signed_at=row.signed_at,
        suspended=suspended,
        missing={} if row.signed_at else _missing(row, terms),
        struck=struck.facts if struck else {},
    )


def _state(row: Agreement, at: datetime) -> str:
    today = at.date()
    if row.signed_at is None:
        return PROPOSED
    if today > row.valid_to:
        return ENDED
    if today < row.valid_from:
        return TO_COME
    return REPLACED if _is_replaced(row, today) else IN_FORCE


def _is_replaced(row: Agreement, today: date) -> bool:
    after = Agreement.objects.filter(name=row.replaced_by, signed_at__isnull=False).first() if row.replaced_by else None
    return after is not None and after.valid_from <= today


def _missing(row: Agreement, terms: Terms) -> Mapping[str, int]:
    """Count the signatures that each party still owes, by its newest confirmed root record; 0 left out."""
    held = set(Signing.objects.filter(agreement=row).values_list("key_id", flat=True))
    owed = {}
    for code in terms.administrations:
        roots = trusting.book().confirmed.get(code, ())
        if roots:
            signed = len({key_id(key).hex() for key in roots[-1].keys} & held)
            owed[code] = max(roots[-1].threshold - signed, 0)
    return {code: count for code, count in owed.items() if count}


def _suspended() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for each in Suspension.objects.filter(until_at=None):
        found.setdefault(each.agreement_id, []).extend(each.kinds)
    return {name: sorted(set(kinds)) for name, kinds in found.items()}


def _suspension(row: Suspension) -> SuspensionRow:
    return SuspensionRow(row.by, row.kinds, row.reason, row.from_at, row.until_at, row.by == settings.NODE.code)
