"""What officers look for is found, in every form of the word, on either database; the query stays small."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mabar.base import search
from mabar.base.models.search import SearchEntry, SearchIdentifier, SearchPosting, SearchWord
from mabar.base.search import reading, vocabulary

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CORPUS = yaml.safe_load((Path(__file__).parent / "search_corpus.yaml").read_text(encoding="utf-8"))


def entry(subject, text="", *, title="", kind="declarations.declaration", **more):
    return search.Entry(kind=kind, subject=subject, title=title, text=text, happened_at=NOON, **more)


def subjects(query, **how):
    return [row.subject for row in search.find(query, **how).rows]


def test_words_are_found_in_all_their_inflections():
    sentences = [(f"s{n}", sentence) for n, sentence in enumerate(CORPUS["sentences"])]
    search.index([entry(subject, sentence["text"]) for subject, sentence in sentences], position=1)
    precisions, recalls = [], []
    for query in CORPUS["queries"]:
        found = set(subjects(query["ask"], limit=200))
        relevant = {subject for subject, sentence in sentences if set(query["lemmas"]) <= set(sentence["lemmas"])}
        assert relevant, query
        precisions.append(len(found & relevant) / len(found) if found else 0.0)
        recalls.append(len(found & relevant) / len(relevant))
    assert len(recalls) >= 100
    assert sum(recalls) / len(recalls) >= 0.95
    assert sum(precisions) / len(precisions) >= 0.95


@pytest.fixture
def yard():
    """Three declarations and a truck."""
    search.index(
        [
            entry("d1", "تمور دقلة نور في صناديق", title="تصريح تصدير", identifiers=("DZ3301-2026-C-000123",)),
            entry("d2", "شاحنة تحمل إسمنتاً", place="dz.debdeb", owner="firm-1", identifiers=("CSQU3054383",)),
            entry("d3", "pièces détachées pour camions", place="ly.ghadames", owner="firm-2"),
            entry("p1", "شاحنة تمور", kind="crossings.passage", place="dz.debdeb", identifiers=("99417-322-33",)),
        ],
        position=7,
    )


@pytest.mark.usefixtures("yard")
class TestIdentifiers:
    """Numbers are found whole, from their beginning, with or without their marks, and by their serial."""

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("CSQU3054383", ["d2"]),
            ("csqu 305438 3", ["d2"]),
            ("CSQU", ["d2"]),
            ("3054383", ["d2"]),
            ("٣٠٥٤٣٨", ["d2"]),
            ("DZ3301-2026-C-000123", ["d1"]),
            ("dz3301 2026", ["d1"]),
            ("000123", ["d1"]),
            ("99417-322-33", ["p1"]),
            ("99417 322 33", ["p1"]),
            ("9941", ["p1"]),
            ("054383", []),
            ("99417-322-34", []),
        ],
    )
    def test_found(self, query, found):
        assert subjects(query) == found

    def test_a_number_and_a_word_narrow_each_other(self):
        assert subjects("شاحنة 99417") == ["p1"]
        assert subjects("إسمنت 99417") == []

    def test_a_plate_with_arabic_letters(self):
        search.index([entry("p2", "حافلة", identifiers=("123 تونس 4567",))], position=8)
        assert subjects("123 تونس 4567") == subjects("123تونس45") == subjects("4567") == ["p2"]


@pytest.mark.usefixtures("yard")
class TestWords:
    """Words in three languages, newest first, every one of them needed."""

    def test_newest_first(self):
        assert subjects("تمر") == ["p1", "d1"]

    def test_every_word_is_needed(self):
        assert subjects("شاحنات التمور") == ["p1"]
        assert subjects("تمر إسمنت") == []

    def test_the_title_is_found_too(self):
        assert subjects("تصاريح") == ["d1"]

    def test_french_is_found_without_accents_and_in_the_singular(self):
        assert subjects("piece detachee") == subjects("pièces du camion") == ["d3"]

    @pytest.mark.parametrize("query", ["", " ", "في", "de la", "!!", "\u202e", "x" * 300])
    def test_a_query_without_a_word_that_is_there_finds_nothing(self, query):
        assert subjects(query) == []

    def test_what_is_cut_off_a_query_is_told(self):
        assert search.find("تمر " * 100).is_narrowed
        assert search.find("تمر صندوق دقلة نور تصدير تصريح شاحنة").is_narrowed
        assert not search.find("تمر").is_narrowed

    def test_a_word_with_more_forms_than_are_looked_for_is_told(self, monkeypatch):
        monkeypatch.setattr(vocabulary, "MOST_WORDS", 1)
        search.index([entry("d4", "تمرها تمرنا")], position=8)
        assert search.find("تمر").is_narrowed


@pytest.mark.usefixtures("yard")
class TestBounds:
    """A reader sees what his post may see, and no more."""

    @pytest.mark.parametrize(
        ("scope", "found"),
        [
            (search.EVERYTHING, ["p1", "d2"]),
            (search.Scope(kinds=("crossings.passage",)), ["p1"]),
            (search.Scope(kinds=("declarations.declaration", "crossings.passage")), ["p1", "d2"]),
            (search.Scope(places=("ly.ghadames",)), []),
            (search.Scope(places=("dz.debdeb",), owner="firm-1"), ["d2"]),
            (search.Scope(owner="firm-2"), []),
            (search.Scope(owner="firm-3"), []),
            (search.Scope(kinds=()), []),
        ],
    )
    def test_bounds(self, scope, found, monkeypatch):
        assert subjects("شاحنة", scope=scope) == found
        monkeypatch.setattr(reading, "RARE", 0)  # the same where nothing is rare and the newest are looked through
        assert subjects("شاحنة", scope=scope) == found

    def test_nobody_finds_an_owner_by_typing_its_made_up_word(self):
        assert subjects("owner=firm-1") == []


def every_page(query, limit):
    pages, before = [], None
    while True:
        found = search.find(query, before=before, limit=limit)
        pages.append([row.subject for row in found.rows])
        if found.next_before is None:
            return pages
        before = found.next_before


@pytest.mark.parametrize("rare", [0, 10_000])
def test_pages_follow_each_other_without_gap_or_repetition(rare, monkeypatch):
    monkeypatch.setattr(reading, "RARE", rare)
    monkeypatch.setattr(reading, "WINDOW", 7)
    search.index([entry(f"d{n}", "شاحنة" if n % 3 else "حافلة") for n in range(40)], position=1)
    pages = every_page("شاحنات", limit=4)
    assert [subject for page in pages for subject in page] == [f"d{n}" for n in range(39, -1, -1) if n % 3]
    assert all(len(page) <= 4 for page in pages)


def test_a_later_entry_replaces_the_earlier_and_leaves_no_trace():
    search.index([entry("d1", "شاحنة تمور", identifiers=("AB1234",))], position=1)
    search.index([entry("d2", "شاحنة")], position=2)
    search.index([entry("d1", "حافلة تمور", identifiers=("AB9999",), owner="firm-1")], position=3)
    assert subjects("شاحنة") == ["d2"]
    assert subjects("AB1234") == []
    assert subjects("تمر") == subjects("حافلة") == subjects("AB9999") == ["d1"]
    assert subjects("تمر", scope=search.Scope(owner="firm-1")) == ["d1"]
    assert SearchEntry.objects.get(subject="d1").position == 3


def test_indexing_twice_changes_nothing():
    rows = [entry("d1", "شاحنة تمور", identifiers=("AB1234",)), entry("d2", "شاحنة")]
    search.index(rows, position=1)
    before = [sorted(model.objects.values_list()) for model in (SearchWord, SearchPosting, SearchIdentifier)]
    search.index(rows, position=1)
    assert [sorted(model.objects.values_list()) for model in (SearchWord, SearchPosting, SearchIdentifier)] == before


def test_each_word_knows_in_how_many_entries_it_is():
    search.index([entry(f"d{n}", "شاحنة شاحنة" if n else "حافلة") for n in range(5)], position=1)
    search.forget("declarations.", ["d4", "nowhere"])
    counts = dict(SearchWord.objects.values_list("text", "entries"))
    assert (counts["شاحنه"], counts["حافله"]) == (3, 1)
    assert subjects("شاحنة") == ["d3", "d2", "d1"]


@pytest.mark.parametrize(
    "query", ["شاحنة", "شاحنات تمور الدبداب غدامس صناديق إسمنت", "CSQU 3054383", "تمر 2026 000123 CSQU3054383 شاحنة"]
)
@pytest.mark.usefixtures("yard")
def test_a_search_takes_at_most_six_queries_and_writes_nothing(query):
    scope = search.Scope(kinds=("declarations.declaration",), places=("dz.debdeb",), owner="firm-1")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        search.find(query, scope=scope)
    assert len(asked) <= 6
    assert all(one["sql"].lstrip("( ").upper().startswith("SELECT") for one in asked)


def test_names_in_two_parts_are_found_in_either_spelling():
    search.index([entry("d1", "الناقل عبد المجيد بن نور الدين"), entry("d2", "عبدالمجيد")], position=1)
    assert subjects("عبدالمجيد") == subjects("عبد المجيد") == ["d2", "d1"]
    assert subjects("نورالدين") == ["d1"]


def test_the_hour_of_the_act_comes_back():
    late = NOON + timedelta(hours=3)
    search.index([search.Entry("crossings.passage", "p9", "شاحنة", "", late, place="dz.debdeb")], position=1)
    assert search.find("شاحنة").rows == (search.Row("crossings.passage", "p9", "شاحنة", "dz.debdeb", late),)


def test_declarations_of_thousands_of_words_are_taken_in_and_out():
    items = [entry(f"d{n}", " ".join(f"{n}x{i}" for i in range(7_000))) for n in range(5)]
    search.index(items, position=1)
    assert subjects("4x6999") == ["d4"]
    search.index([entry(f"d{n}", "شاحنة") for n in range(5)], position=2)
    assert subjects("4x6999") == []
    assert len(subjects("شاحنة")) == 5
