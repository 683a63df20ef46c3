"""The addresses of the exchange: one door for partner nodes, the others for people."""

from django.urls import path

from mabar.exchange import pages, wire

app_name = "exchange"

urlpatterns = [
    path("exchange/mx1", wire.mx1, name="mx1"),
    path("exchange/", pages.board, name="board"),
    path("exchange/partners/", pages.add_partner, name="add_partner"),
    path("exchange/partners/<str:code>/<str:act>/", pages.do, name="do"),
    path("exchange/closed/", pages.closed, name="closed"),
    path("exchange/closed/<str:code>/<str:direction>/<int:urgency>/", pages.reopen, name="reopen"),
    path("exchange/evidence/<str:digest>/", pages.kept_evidence, name="evidence"),
    path("exchange/trust/", pages.trust, name="trust"),
    path("exchange/trust/file/", pages.take_trust, name="take_trust"),
    path("exchange/trust/<str:digest>/", pages.confirm_root, name="confirm_root"),
    path("exchange/messages/", pages.messages, name="messages"),
    path("exchange/messages/sent/<str:key>/", pages.message_sent, name="message_sent"),
    path("exchange/messages/sent/<str:key>/evidence/", pages.evidence_of_sent, name="evidence_of_sent"),
    path("exchange/messages/received/<str:key>/", pages.message_received, name="message_received"),
    path("exchange/messages/received/<str:key>/evidence/", pages.evidence_of_received, name="evidence_of_received"),
    path("exchange/messages/received/<str:key>/again/", pages.open_again, name="open_again"),
    path("exchange/terms/", pages.agreements, name="terms"),
    path("exchange/terms/proposal/", pages.propose_terms, name="propose_terms"),
    path("exchange/terms/<str:name>/", pages.agreement, name="agreement"),
    path("exchange/terms/<str:name>/signing/", pages.signing_file, name="signing_file"),
    path("exchange/terms/<str:name>/signature/", pages.bring_signature, name="bring_signature"),
    path("exchange/terms/<str:name>/suspension/", pages.suspend_terms, name="suspend_terms"),
    path("exchange/terms/<str:name>/suspension/end/", pages.lift_suspension, name="lift_suspension"),
    path("exchange/terms/<str:name>/compared/", pages.compared, name="compared"),
    path("exchange/passed/", pages.passed, name="passed"),
    path("exchange/passed/messages/", pages.passed_messages, name="passed_messages"),
]
