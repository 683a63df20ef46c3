"""The vehicles' pages: the counter, each pass and its paper, the overdue, the terms of stay."""

from mabar.vehicles.pages.counter import counter, mine
from mabar.vehicles.pages.lists import overdue, overdue_csv, overdue_paper
from mabar.vehicles.pages.prefilling import prefill
from mabar.vehicles.pages.printing import make_pdf, paper, pdf, pdf_file
from mabar.vehicles.pages.stay import do, vehicle_pass
from mabar.vehicles.pages.terms import terms

__all__ = [
    "counter",
    "do",
    "make_pdf",
    "mine",
    "overdue",
    "overdue_csv",
    "overdue_paper",
    "paper",
    "pdf",
    "pdf_file",
    "prefill",
    "terms",
    "vehicle_pass",
]
