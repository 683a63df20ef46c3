"""The pass as a paper of half a sheet, in Arabic and a second language, with the code that the counter scans."""

import re
import sys
from datetime import UTC, datetime, timedelta

import pytest

from mabar.base import files, paper_making, timers
from mabar.base.models import StoredFile
from mabar.base.rules import NoSuchRecord
from mabar.vehicles import kept_papers, papers, queries, rules, tasks
from mabar.vehicles.models import PassPaper
from mabar.vehicles.templatetags.passes import scan_code
from tests.declarations.test_paper import _unpacked
from tests.vehicles.garage import BASIS, CHASSIS, HOLDER, PLATE, later, prefill, the_pass, vehicle
from tests.world import NOON


def html(key, language="fr"):
    return papers.html_of(queries.vehicle_pass(key), language=language, at=later(1))


@pytest.mark.parametrize(("language", "label"), [("fr", "Dernier jour du séjour"), ("en", "Last day of the stay")])
def test_the_paper_says_everything_in_both_languages(garage, language, label):
    key = vehicle(garage, "validated", make="Clio", reference="TPD 77")
    paper = html(key, language)
    for told in (label, "آخر يوم للبقاء", PLATE, CHASSIS, HOLDER, "P123456", BASIS, "TPD 77", "2026-12-22"):
        assert told in paper, told
    assert 'dir="rtl"' in paper
    assert " ".join(re.findall(".{1,4}", key)) in paper


def test_a_prefilled_paper_says_that_it_is_not_in_force(garage):
    paper = html(prefill(garage))
    assert "Sans effet avant sa validation" in paper
    assert "غير سارٍ قبل تثبيته عند الدخول" in paper


def test_the_code_on_the_paper_is_read_back_as_its_pass(garage):
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M

    key = prefill(garage)
    text = rules.scan_text("dz.debdeb", key)
    assert rules.read_scan(text).key == key
    drawn = scan_code(text)
    assert str(drawn) in html(key)
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    dark = sum(map(sum, code.get_matrix()))
    assert drawn.count("h1v1h-1z") == dark


def test_what_was_typed_is_text_and_nothing_else(garage):
    assert "<script>" not in html(prefill(garage, holder="<script>alert(1)</script>"))


def test_a_paper_has_one_of_two_second_languages(garage):
    with pytest.raises(ValueError, match="Arabic"):
        html(prefill(garage), "de")


@pytest.mark.sqlite  # what is drawn asks no database beyond the page above
def test_a_pdf_is_one_half_sheet(garage):
    if not paper_making.can_make_pdf():
        pytest.skip("this machine has nothing that makes PDF")
    key = vehicle(garage, "validated", make="Clio", reference="TPD 77")
    content, media_type = papers.paper_of(queries.vehicle_pass(key), language="fr", at=later(1))
    assert (media_type, content[:5]) == ("application/pdf", b"%PDF-")
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", _unpacked(content))
    half_a_sheet = [(420, 595)]  # A5 in points: one page, and no second
    assert [tuple(round(float(side)) for side in box) for box in boxes] == half_a_sheet


def test_without_pdf_the_paper_is_html_to_print(garage, monkeypatch):
    key = prefill(garage)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    content, media_type = papers.paper_of(queries.vehicle_pass(key), language="fr", at=NOON)
    assert media_type == "text/html"
    assert PLATE in content.decode()


def test_the_worker_makes_and_keeps_it_for_those_who_may_read_it(garage):
    key = prefill(garage, actor=garage.broker, at=datetime.now(UTC))
    name = tasks.print_pass.func(garage.broker.key, key, "fr")
    assert StoredFile.objects.get(sha256=name).media_type in {"application/pdf", "text/html"}
    assert files.read(name)
    with pytest.raises(NoSuchRecord):
        tasks.print_pass.func(garage.rival.key, key, "fr")


def test_the_papers_of_a_pass_go_with_its_holder(garage, django_capture_on_commit_callbacks):
    key, other = vehicle(garage, "exited"), prefill(garage, plate="8-888", chassis="WVWZZZ1JZXW000001")
    officer = garage.officers["vehicle_officer"].key
    made = [tasks.print_pass.func(officer, key, language) for language in ("fr", "en")]
    kept = tasks.print_pass.func(officer, other, "fr")
    due = the_pass(key).ended_at + timedelta(days=365)
    assert all(files.path_of(name).exists() for name in made)
    with django_capture_on_commit_callbacks(execute=True):
        timers.fire_due(due)
    assert the_pass(key).holder_erased_at == due
    assert not [name for name in made if files.path_of(name).exists()]
    assert not StoredFile.objects.filter(sha256__in=made).exists()
    assert [paper.sha256 for paper in PassPaper.objects.all()] == [kept]
    assert files.read(kept)


def test_a_paper_that_was_being_made_while_the_holder_was_erased_is_not_kept(garage):
    key = vehicle(garage, "exited")
    content, media_type = papers.paper_of(queries.vehicle_pass(key), language="fr", at=later(1))
    timers.fire_due(the_pass(key).ended_at + timedelta(days=365))
    with pytest.raises(NoSuchRecord):
        kept_papers.keep(key, content, media_type=media_type, at=later(400))
    assert not StoredFile.objects.exists()
    assert not PassPaper.objects.exists()
