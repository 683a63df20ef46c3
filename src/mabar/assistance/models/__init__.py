"""The tables of assistance."""

from mabar.assistance.models.asking import DeclarationQuery
from mabar.assistance.models.officials import AgreementDeadlines, OfficialsList
from mabar.assistance.models.requests import AssistanceRequest, Consent, Measure, RequestAttachment, RequestEvent

__all__ = [
    "AgreementDeadlines",
    "AssistanceRequest",
    "Consent",
    "DeclarationQuery",
    "Measure",
    "OfficialsList",
    "RequestAttachment",
    "RequestEvent",
]
