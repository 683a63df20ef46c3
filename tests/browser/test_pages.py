"""Every page, opened by a desk that may open it, in three languages, by mouse, by ear and on a narrow phone."""

import re
from collections.abc import Callable

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.browser import looking
from tests.browser.sitting import Sitting, send
from tests.declarations import samples

pytestmark = pytest.mark.browser

# Who opens what.  A word in braces is a key that is looked up on the pages themselves.
DESKS = {
    "": {
        "account_login": "/sign-in/",
        "account_inactive": "/sign-in/inactive/",
        "crossings:wall": "/wall/dz.debdeb/",
        "crossings:rule": "/wall/dz.debdeb/rule/",
        "crossings:release_times_published": "/wall/dz.debdeb/release-times/",
    },
    "gate_officer": {
        "home": "/",
        "search": "/search/",
        "base:account": "/account/",
        "crossings:board": "/board/",
        "crossings:passages": "/passages/",
        "crossings:announce": "/passages/new/",
        "crossings:passage": "/passages/{passage}/",
        "crossings:transshipments": "/transshipments/",
        "crossings:transshipment": "/transshipments/{transshipment}/",
        "crossings:protocol": "/transshipments/{transshipment}/paper/",
        "crossings:give_follow_link": "/passages/{passage}/follow-link/",
    },
    "yard_officer": {
        "crossings:appointments": "/appointments/",
        "crossings:exceptions": "/exceptions/",
        "crossings:hour": "/passages/{announced}/hour/",
        "crossings:diversions": "/diversions/",
        "crossings:propose": "/diversions/new/",
        "crossings:diversion": "/diversions/{diversion}/",
        "crossings:permit": "/permits/{permit}/paper/",
    },
    "declarant": {
        "declarations:mine": "/declarations/mine/",
        "declarations:drafts": "/declarations/drafts/",
        "declarations:new_draft": "/declarations/drafts/new/",
        "declarations:draft_step": "/declarations/drafts/{draft}/header/",
        "draft, parties": "/declarations/drafts/{draft}/parties/",
        "draft, transport": "/declarations/drafts/{draft}/transport/",
        "draft, items": "/declarations/drafts/{draft}/items/",
        "draft, documents": "/declarations/drafts/{draft}/documents/",
        "declarations:draft_item": "/declarations/drafts/{draft}/items/1/",
        "declarations:review": "/declarations/drafts/{draft}/review/",
        "declarations:upload": "/declarations/upload/",
        "declarations:advances": "/declarations/from-across/",
        "declarations:goods": "/goods/?q=ciment",
        "vehicles:mine": "/vehicles/mine/",
        "transit:mine": "/transit/mine/",
        "transit:my_guarantees": "/transit/guarantees/mine/",
        "origin:mine": "/origin/mine/",
        "origin:apply": "/origin/new/",
        "declarations:upload_batch": "/declarations/upload/{batch}/",
        "declarations:upload_file": "/declarations/upload/{batch}/1/",
        "declarations:truck": "/declarations/{own}/truck/",
        "declarations:cancel": "/declarations/{own}/withdraw/",
        "the broker's own": "/declarations/{own}/",
    },
    "examiner": {
        "declarations:declarations": "/declarations/?state=",
        "declarations:declaration": "/declarations/{declaration}/",
        "declarations:kept": "/declarations/{declaration}/kept/",
        "declarations:paper": "/declarations/{declaration}/paper/",
        "declarations:release_order": "/declarations/{assessed}/release-order/",
        "declarations:labels": "/declarations/{declaration}/labels/",
    },
    "police_officer": {"crossings:holds": "/holds/"},
    "assessor": {
        "duties:tariff": "/tariff/?goods=2523",
        "duties:assess": "/duties/{declaration}/",
        "duties:kept": "/duties/{assessed}/1/",
    },
    "tariff_officer": {"duties:load": "/tariff/load/", "duties:papers": "/papers-required/"},
    "weigh_officer": {"crossings:weighings": "/weighings/"},
    "scanner_officer": {"crossings:scans": "/scans/"},
    "vehicle_officer": {
        "vehicles:counter": "/vehicles/",
        "the counter, a vehicle found": "/vehicles/?scan=5-482913",
        "vehicles:prefill": "/vehicles/new/",
        "vehicles:pass": "/vehicles/{vehicle}/",
        "vehicles:paper": "/vehicles/{vehicle}/paper/",
    },
    "origin_officer": {
        "origin:check_code": "/origin/check/",
        "origin:proof": "/origin/{proof}/",
        "origin:paper": "/origin/{proof}/paper/",
        "origin:desk": "/origin/",
    },
    "verifying_officer": {
        "origin:verifications": "/origin/verifications/",
        "origin:present": "/origin/declarations/{declaration}/",
    },
    "liaison_officer": {
        "assistance:desk": "/assistance/",
        "assistance:new": "/assistance/new/",
        "assistance:oral": "/assistance/oral/",
        "assistance:queries": "/assistance/queries/",
    },
    "head_of_assistance": {
        "assistance:officials": "/assistance/officials/",
        "assistance:deadlines": "/assistance/deadlines/",
    },
    "departure_officer": {
        "transit:desk": "/transit/",
        "transit:lodge": "/transit/new/",
        "transit:movement": "/transit/{movement}/",
    },
    "destination_officer": {"transit:unannounced": "/transit/unannounced/"},
    "head_of_transit": {"transit:fallbacks": "/transit/fallbacks/"},
    "guarantee_officer": {
        "transit:guarantees": "/transit/guarantees/",
        "transit:register_guarantee": "/transit/guarantees/new/",
        "transit:ask_tranche": "/transit/guarantees/ask/",
        "transit:guarantee": "/transit/guarantees/{guarantee}/",
    },
    "head_of_vehicles": {
        "vehicles:overdue": "/vehicles/overdue/",
        "vehicles:overdue_paper": "/vehicles/overdue/paper/",
    },
    "place_administrator": {
        "crossings:crossing": "/crossing/",
        "base:people": "/people/",
        "base:enrol": "/people/enrol/",
        "base:person": "/people/DEB-011/",
    },
    "node_administrator": {
        "base:api_keys": "/keys/",
        "base:operations": "/operations/",
        "declarations:registers": "/registers/",
        "vehicles:terms": "/vehicles/terms/",
    },
    "oversight_reader": {
        "base:journal": "/journal/",
        "exchange:passed": "/exchange/passed/",
        "assistance:oversight": "/assistance/oversight/",
        "crossings:release_times": "/release-times/?split=lane",
    },
    "duty_engineer": {
        "exchange:board": "/exchange/",
        "exchange:messages": "/exchange/messages/",
        "exchange:trust": "/exchange/trust/",
        "exchange:closed": "/exchange/closed/",
    },
    "terms_officer": {"exchange:terms": "/exchange/terms/", "declarations:operators": "/operators/"},
    "duty_officer": {
        "account_change_password": "/sign-in/password/",
        "account_logout": "/sign-in/out/",
        "account_reauthenticate": "/sign-in/again/",
        "mfa_index": "/sign-in/factors/",
        "mfa_list_webauthn": "/sign-in/factors/webauthn/",
        "mfa_add_webauthn": "/sign-in/factors/webauthn/add/",
        "mfa_activate_totp": "/sign-in/factors/totp/activate/",
    },
    "head_of_inspection": {"look": "/look/", "look_wall": "/look/wall/", "look_paper": "/look/paper/"},
}
# Addresses without a page of their own, or whose page needs what no seeded morning has; each with its reason.
NO_PAGE = {
    "crossings:wall_fragment": "a part of the wall",
    "crossings:do": "takes acts, shown by the journey",
    "crossings:follow": "wants a link, shown by the tests of the driver",
    "crossings:withdraw_follow_link": "takes a form of the truck's page",
    "crossings:change_opening": "takes a form of the crossing's page",
    "crossings:change_lane": "takes a form of the crossing's page",
    "crossings:send_weighings": "takes a form of the page of weighings",
    "crossings:send_scans": "takes a form of the page of scans",
    "crossings:settle_scan": "takes a form of the page of scans",
    "crossings:set_scan_aside": "takes a form of the page of scans",
    "crossings:settle_weighing": "takes a form of the page of weighings",
    "crossings:set_weighing_aside": "takes a form of the page of weighings",
    "crossings:state_capacity": "takes a form of the diversions' page",
    "crossings:do_diversion": "takes acts, shown by the journey",
    "crossings:make_permit": "takes a form of the truck's page",
    "crossings:permit_pdf": "a paper on its way, only where Pango is",
    "crossings:permit_file": "a file",
    "crossings:change_hours": "takes a form of the crossing's page",
    "crossings:open_transshipment": "takes a form of the list of transshipments",
    "crossings:do_in_transshipment": "takes acts, shown by the journey",
    "declarations:operator": "its own tests open it in the three languages",
    "declarations:issue_operator_status": "takes a form of the list of operators",
    "declarations:do_operator": "takes acts of an operator's page",
    "crossings:two_sided_tally": "where two nodes face each other; its own tests open it in the three languages",
    "crossings:do_two_sided": "takes acts of that page",
    "crossings:make_protocol_pdf": "takes a form of the transshipment's page",
    "crossings:protocol_pdf": "a paper on its way, only where Pango is",
    "crossings:protocol_file": "a file",
    "crossings:release_times_file": "a file",
    "declarations:do": "takes acts, shown by the journey",
    "declarations:drop_draft": "takes a form of the list of drafts",
    "declarations:stop_upload": "takes a form of the batch's page",
    "declarations:answer": "wants an open question",
    "declarations:amend": "takes a form of the declaration's page",
    "declarations:change_register": "takes a form of the registers' page",
    "declarations:void_serial": "takes a form of the registers' page",
    "declarations:source": "a file",
    "declarations:asycuda": "a file",
    "declarations:wco": "a file",
    "declarations:office_answer": "a file",
    "declarations:office_answer_as": "a file",
    "declarations:photo": "a picture",
    "declarations:make_pdf": "takes a form of the paper's page",
    "declarations:make_release_order": "takes a form of the declaration's page",
    "declarations:make_labels": "takes a form of the labels' page",
    "declarations:label_sheet": "labels to cut, shown by their own tests",
    "declarations:pdf": "a paper on its way, only where Pango is",
    "declarations:pdf_file": "a file",
    "duties:confirm": "takes a form of the page on which a tariff is loaded",
    "duties:do": "takes acts, shown by the journey",
    "duties:tariff_file": "a file",
    "duties:papers_file": "a file",
    "duties:require_one": "takes a form of the page of required papers",
    "duties:require_many": "takes a form of the page of required papers",
    "duties:end_requirement": "takes a form of the page of required papers",
    "origin:do": "takes acts, shown by the journey",
    "origin:settle": "takes a form of the page of a declaration's proofs",
    "origin:presented": "wants a proof of the other node, shown by the journey",
    "origin:verification": "wants a question of the other node, shown by the journey",
    "origin:make_pdf": "takes a form of the proof's page",
    "origin:pdf": "a paper on its way, only where Pango is",
    "origin:pdf_file": "a file",
    "assistance:request": "wants a partner node, shown by the tests of assistance",
    "assistance:query": "wants a partner node, shown by the tests of assistance",
    "assistance:do": "takes acts of a request's page",
    "assistance:file": "a file",
    "assistance:strike": "takes a form of the list of officials",
    "assistance:decide_query": "takes a form of a query's page",
    "transit:do": "takes acts, shown by the tests of transit",
    "transit:do_guarantee": "takes a form of the guarantee's page",
    "transit:end_fallback": "takes a form of the page of work on paper",
    "vehicles:do": "takes acts, shown by the journey",
    "vehicles:overdue_csv": "a file",
    "vehicles:make_pdf": "takes a form of the pass's page",
    "vehicles:pdf": "a paper on its way, only where Pango is",
    "vehicles:pdf_file": "a file",
    "exchange:mx1": "read by partner nodes",
    "exchange:add_partner": "takes a form of the lines' page",
    "exchange:do": "takes a form of the lines' page",
    "exchange:evidence": "a file",
    "exchange:reopen": "takes a form of the page of closed streams",
    "exchange:take_trust": "takes a form of the page of trust",
    "exchange:confirm_root": "takes a form of the page of trust",
    "exchange:message_sent": "wants a partner node, shown by the tests of the exchange's desk",
    "exchange:message_received": "wants a partner node, shown by the tests of the exchange's desk",
    "exchange:evidence_of_sent": "a file",
    "exchange:evidence_of_received": "a file",
    "exchange:open_again": "takes a form of a message's page",
    "exchange:propose_terms": "takes a form of the page of terms",
    "exchange:agreement": "wants terms, shown by the tests of the exchange's desk",
    "exchange:signing_file": "a file",
    "exchange:bring_signature": "takes a form of an agreement's page",
    "exchange:suspend_terms": "takes a form of an agreement's page",
    "exchange:lift_suspension": "takes a form of an agreement's page",
    "exchange:compared": "wants terms, shown by the tests of the exchange's desk",
    "exchange:passed_messages": "wants a partner node, shown by the tests of the exchange's desk",
    "base:end_mandate": "takes a form of a person's page",
    "base:grant": "takes a form of a person's page",
    "base:close_account": "takes a form of a person's page",
    "base:reset_password": "takes a form of a person's page",
    "base:remove_factors": "takes a form of a person's page",
    "base:make_api_key": "takes a form of the keys' page",
    "base:revoke_api_key": "takes a form of the keys' page",
    "base:health": "read by programs",
    "base:metrics": "read by programs",
    "choose_language": "takes the buttons of every page",
    "account_set_password": "only an account without a password",
    "mfa_authenticate": "the second step of a sign-in, shown by the tests of the ground",
    "mfa_reauthenticate": "only with a second factor",
    "mfa_deactivate_totp": "only with a second factor",
    "mfa_view_recovery_codes": "only with a second factor",
    "mfa_generate_recovery_codes": "only with a second factor",
    "mfa_download_recovery_codes": "a file",
    "mfa_reauthenticate_webauthn": "only with a passkey",
    "mfa_remove_webauthn": "only with a passkey",
    "mfa_edit_webauthn": "only with a passkey",
    "mfa_login_webauthn": "read by the sign-in page's script",
}
NARROWEST = (
    "/sign-in/",
    "/board/",
    "/passages/{passage}/",
    "/declarations/{declaration}/",
    "/declarations/mine/",
    "/vehicles/",
)


def _named(patterns: list, space: str = "") -> set[str]:
    found = set()
    for each in patterns:
        if isinstance(each, URLResolver):
            found |= _named(each.url_patterns, each.namespace or space)
        elif isinstance(each, URLPattern) and each.name:
            found.add(f"{space}:{each.name}" if space else each.name)
    return {name for name in found if not name.startswith("api:")}


def test_every_address_is_opened_below_or_has_its_reason():
    opened = {name for pages in DESKS.values() for name in pages}
    known = _named(get_resolver().url_patterns)
    assert known - opened - set(NO_PAGE) == set()
    assert set(NO_PAGE) - known == set(), "a reason for an address that is gone"


@pytest.mark.parametrize("desk", list(DESKS), ids=lambda desk: desk or "visitor")
def test_the_pages_of_a_desk(sit: Callable[..., Sitting], desk: str):
    sitting = sit(desk)
    pages = _addresses(sitting, desk)
    found: list[str] = []
    for language in ("ar", "fr"):
        sitting.read_in(language)
        for path in pages:
            found += [f"{language} {path} {each}" for each in _looked_at(sitting, path, language, pages[path])]
    sitting.read_in("en")
    found += [f"en {path} {each}" for path in pages for each in _read(sitting, path)]
    assert not found, "\n".join(["", *found])


def _looked_at(sitting: Sitting, path: str, language: str, is_main: bool) -> list[str]:
    page = sitting.page
    page.set_viewport_size({"width": 1366, "height": 768})
    sitting.troubles.clear()
    answer = page.goto(path, wait_until="load")
    if "/sign-in/again/" in page.url and path != "/sign-in/again/":
        page.fill("input[name=password]", sitting.person.password)
        sitting.press("form button.main")
        answer = page.reload(wait_until="load")
    if answer.status != 200:
        return [f"answered {answer.status}"]
    # a paper is laid out for A4 and stands in both languages, whoever opens it
    is_paper = _is_paper(path)
    found = [] if is_paper else [*looking.wrongly_headed(page, language), *looking.untranslated(page, language)]
    if language == "ar":
        found += [*looking.grave_findings(page), *looking.small_targets(page)]
    for width in () if is_paper else (390, 320) if is_main else (390,):
        found += looking.hanging_over(page, width)
    return found + sitting.troubles


def _read(sitting: Sitting, path: str) -> list[str]:
    """Read a page without drawing it: English words are the shortest, and no script asks for the language."""
    answer = sitting.context.request.get(path)
    if answer.status != 200 or not answer.url.endswith(path):
        return [f"answered {answer.status} at {answer.url}"]
    text = answer.text()
    is_right = _is_paper(path) or re.search(r'<html[^>]* lang="en" dir="ltr"', text)
    heads = len(re.findall(r"<h1\b", text))
    return ([] if is_right else ["lang and dir are others"]) + ([] if heads == 1 else [f"{heads} first headings"])


def _is_paper(path: str) -> bool:
    return path.endswith(("/paper/", "/release-order/"))


def _addresses(sitting: Sitting, desk: str) -> dict[str, bool]:
    """Give the desk's addresses with the keys of what is there now, and whether a page must fit the narrowest phone."""
    keys = {key for path in DESKS[desk].values() for key in re.findall(r"{(\w+)}", path)}
    found = {key: KEYS[key](sitting) for key in sorted(keys)}
    return {path.format(**found): path in NARROWEST for path in DESKS[desk].values()}


def _first_link(sitting: Sitting, path: str, pattern: str) -> str:
    shape = re.compile(pattern)
    found = shape.search(sitting.context.request.get(path).text())
    assert found, f"{path} leads nowhere"
    return found[1]


def _permit(sitting: Sitting) -> str:
    diversion = _first_link(sitting, "/diversions/", r'href="/diversions/(\w{26})/"')
    return _first_link(sitting, f"/diversions/{diversion}/?state=kept", r'href="/permits/(\w{26})/paper/"')


def _draft(sitting: Sitting) -> str:
    typed = {"place": "dz.debdeb", "flow": "import", "regime": "import", "reference": "P-1"}
    answer = send(sitting.context, "/declarations/drafts/new/", typed)
    key = answer.url.split("/")[-3]
    rows = "84137000\tمضخات مياه\tIT\t10\t480\t500\t12000\t4000"
    page = f"/declarations/drafts/{key}/items/"
    version = re.search(r'name="version" value="(\d+)"', sitting.context.request.get(page).text())[1]
    send(sitting.context, page, {"version": version, "act": "paste", "pasted": rows})
    return key


def _batch(sitting: Sitting) -> str:
    """Send a file as another system writes it."""
    token = sitting.context.request.get("/declarations/upload/")
    typed = {
        "csrfmiddlewaretoken": re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', token.text())[1],
        "place": "dz.debdeb",
        "sent": {"name": "export.xml", "mimeType": "text/xml", "buffer": samples.sad(samples.ARABIC)},
    }
    answer = sitting.context.request.post(
        "/declarations/upload/", multipart=typed, headers={"Referer": token.url, "Origin": sitting.node.origin}
    )
    assert answer.status == 200, answer.text()[:500]
    return re.search(r"/declarations/upload/(\w+)/", answer.url)[1]


def _application(sitting: Sitting) -> str:
    """Apply for a proof of origin at the counter."""
    written = {"agreement": "pafta", "place": "dz.debdeb", "destination": "LY", "exporter": "واحة التمور (مثال)"}
    written |= {"consignee": "غدامس للأغذية (مثال)", "invoice": "F-1", "event_key": "browser"}
    goods = {"hs6": "080410", "criterion": "WO", "gross_mass_g": "8000", "description": "تمور", "packages": "40"}
    lines = {"goods-TOTAL_FORMS": "1", "goods-INITIAL_FORMS": "0"}
    lines |= {f"goods-0-{name}": value for name, value in goods.items()}
    send(sitting.context, "/origin/new/", {**written, **lines})
    return _first_link(sitting, "/origin/", r'href="/origin/(\w{26})/"')


def _movement(sitting: Sitting) -> str:
    """Declare goods for transit at the counter, and accept the declaration."""
    told = {
        "departure": "dz.debdeb",
        "destination": "ly.ghadames",
        "holder_code": "OASIS",
        "holder_name": "واحة التمور",
    }
    told |= {"goods": "تمور معبأة", "packages": "40", "gross_mass_kg": "8000", "plate": "00123-116-30"}
    told |= {"amount": "90", "currency": "LYD", "procedure": "electronic", "event_key": "browser"}
    send(sitting.context, "/transit/new/", told)
    key = _first_link(sitting, "/transit/", r'href="/transit/(\w{26})/"')
    page = sitting.context.request.get(f"/transit/{key}/").text()
    if f"/transit/{key}/accept/" in page:
        version = re.search(r'name="version" value="(\d+)"', page)[1]
        send(sitting.context, f"/transit/{key}/accept/", {"event_key": "browser-2", "version": version})
    return key


def _guarantee(sitting: Sitting) -> str:
    """Register a guarantee of a house at the counter."""
    told = {"kind": "comprehensive", "holder": "BRK-DZ-01", "amount": "1000", "title": "", "currency": "LYD"}
    send(sitting.context, "/transit/guarantees/new/", told | {"first_on": "2026-01-01", "last_on": "2029-12-31"})
    return _first_link(sitting, "/transit/guarantees/", r'href="/transit/guarantees/(\w{26})/"')


KEYS: dict[str, Callable[[Sitting], str]] = {
    "passage": lambda sitting: _first_link(sitting, "/board/", r'href="/passages/(\w{26})/"'),
    "announced": lambda sitting: _first_link(sitting, "/passages/?state=announced", r'href="/passages/(\w{26})/"'),
    "transshipment": lambda sitting: _first_link(sitting, "/transshipments/", r'href="/transshipments/(\w{26})/"'),
    "declaration": lambda sitting: _first_link(sitting, "/declarations/?state=", r'href="/declarations/(\w{26})/"'),
    "assessed": lambda sitting: _first_link(sitting, "/declarations/?state=closed", r'href="/declarations/(\w{26})/"'),
    "own": lambda sitting: _first_link(sitting, "/declarations/mine/", r'href="/declarations/(\w{26})/"'),
    "proof": lambda sitting: _application(sitting),
    "movement": lambda sitting: _movement(sitting),
    "guarantee": lambda sitting: _guarantee(sitting),
    "vehicle": lambda sitting: _first_link(sitting, "/vehicles/overdue/", r'href="/vehicles/(\w{26})/"'),
    "diversion": lambda sitting: _first_link(sitting, "/diversions/", r'href="/diversions/(\w{26})/"'),
    "permit": lambda sitting: _permit(sitting),
    "draft": _draft,
    "batch": _batch,
}
