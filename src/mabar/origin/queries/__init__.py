"""What people and programs ask of proofs of origin."""

from mabar.origin.queries.judging import Judged, judged, today_here
from mabar.origin.queries.proofs import (
    application_of,
    counts,
    places,
    proofs_at,
    proofs_by_key,
    proofs_of_firm,
    readable_proof,
)
from mabar.origin.queries.rows import (
    EventRow,
    Page,
    PresentedRow,
    ProofEnds,
    ProofRow,
    VerificationRow,
    presented_row,
    proof_row,
    verification_row,
)
from mabar.origin.queries.verifying import (
    carried,
    presented_at,
    presented_with,
    readable_presented,
    readable_verification,
    verifications,
)

__all__ = [
    "EventRow",
    "Judged",
    "Page",
    "PresentedRow",
    "ProofEnds",
    "ProofRow",
    "VerificationRow",
    "application_of",
    "carried",
    "counts",
    "judged",
    "places",
    "presented_at",
    "presented_row",
    "presented_with",
    "proof_row",
    "proofs_at",
    "proofs_by_key",
    "proofs_of_firm",
    "readable_presented",
    "readable_proof",
    "readable_verification",
    "today_here",
    "verification_row",
    "verifications",
]
