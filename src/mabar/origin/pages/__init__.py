"""Origin's pages: the office, each proof and its certificate, the check of a code, and the verifications."""

from mabar.origin.pages.applying import apply
from mabar.origin.pages.checking import check_code
from mabar.origin.pages.desk import desk, mine
from mabar.origin.pages.presenting import present, presented, settle
from mabar.origin.pages.printing import make_pdf, paper, pdf, pdf_file
from mabar.origin.pages.proof import do, proof
from mabar.origin.pages.verifying import verification, verifications

__all__ = [
    "apply",
    "check_code",
    "desk",
    "do",
    "make_pdf",
    "mine",
    "paper",
    "pdf",
    "pdf_file",
    "present",
    "presented",
    "proof",
    "settle",
    "verification",
    "verifications",
]
