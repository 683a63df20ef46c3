"""A declaration as a paper, in Arabic and a second language."""

import re
import sys
import zlib
from datetime import UTC, datetime

import pytest

from mabar.base import files, paper_making, sealer
from mabar.base.models import StoredFile
from mabar.base.rules import NoSuchRecord
from mabar.declarations import commands, papers, queries, tasks
from tests.crossings import yard
from tests.declarations.desk import DEB, lodge, released
from tests.declarations.records import import_record, item
from tests.world import NOON

OFFICE = queries.Scope(places=(DEB,))


def html(declaration, language="fr"):
    return papers.html_of(queries.detail(OFFICE, declaration.key), language=language, at=NOON)


@pytest.mark.parametrize(("language", "label"), [("fr", "Masse brute"), ("en", "Gross mass")])
def test_the_paper_says_everything_in_both_languages(world, language, label):
    yard.open_yard(world)
    declaration = released(world)
    truck = yard.announce(world)
    commands.attach(world.broker, declaration.key, passage=truck, packages=10, gross_mass_g=500_000, at=NOON)
    sealer.seal(NOON)
    paper = html(declaration, language)
    assert label in paper
    assert "الوزن القائم" in paper
    for told in (declaration.number, "Sahra Irrigation", "3004.90.00", "أدوية", yard.PLATE, yard.SEAL, "R-1"):
        assert told in paper
    assert re.search(r"2.500,00.DZD", paper)
    assert 'dir="rtl"' in paper


def test_the_head_of_the_journal_stands_on_it(world):
    declaration = lodge(world)
    assert '<bdi dir="ltr">–</bdi>' in html(declaration)
    root = sealer.seal(NOON) and queries.detail(OFFICE, declaration.key).lines[0].position
    assert root is not None
    from mabar.base.queries import newest_heads

    assert newest_heads(1)[0].root in html(declaration)


def test_what_a_declarant_wrote_is_text_and_nothing_else(world):
    bad = item(description="<script>alert(1)</script>")
    assert "<script>" not in html(lodge(world, import_record(items=(bad,))))


def test_a_paper_has_one_of_two_second_languages(world):
    with pytest.raises(ValueError, match="Arabic"):
        html(lodge(world), "de")


@pytest.mark.sqlite  # the drawing asks no database, and what is drawn is read for the papers above
def test_a_pdf_of_many_pages_bears_its_number(world):
    if not papers.can_make_pdf():
        pytest.skip("this machine has nothing that makes PDF")
    declaration = lodge(world, import_record(items=tuple(item(n) for n in range(1, 81))))
    pdf = papers.pdf_of(queries.detail(OFFICE, declaration.key), language="fr", at=NOON)
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", _unpacked(pdf))) >= 3


def _unpacked(pdf):
    """Give the PDF with its packed parts written out."""
    parts = [pdf]
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompressobj().decompress(packed))
        except zlib.error:
            continue
    return b"".join(parts)


def test_a_paper_reads_nothing_but_the_products_own_files():
    assert paper_making.own_file(paper_making.NOWHERE + "static/mabar/print.css")[1] == "text/css"
    for url in (
        "https://example.org/static/mabar/print.css",
        "file:///etc/passwd",
        paper_making.NOWHERE + "static/../settings.py",
        paper_making.NOWHERE + "static/none.css",
        paper_making.NOWHERE,
    ):
        with pytest.raises(ValueError, match="does not read"):
            paper_making.own_file(url)


def test_without_pdf_the_paper_is_html_to_print(world, monkeypatch):
    declaration = lodge(world)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert not papers.can_make_pdf()
    content, media_type = papers.paper_of(OFFICE, declaration.key, language="fr", at=NOON)
    assert media_type == "text/html"
    assert declaration.number in content.decode()


def test_the_worker_makes_and_keeps_it_for_those_who_may_read_it(world):
    declaration = lodge(world, at=datetime.now(UTC))
    name = tasks.print_paper.func(world.broker.key, declaration.key, "fr")
    kept = StoredFile.objects.get(sha256=name)
    assert kept.media_type in {"application/pdf", "text/html"}
    assert files.read(name)
    with pytest.raises(NoSuchRecord):
        tasks.print_paper.func(world.rival.key, declaration.key, "fr")
