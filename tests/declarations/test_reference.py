"""The code lists of a declaration: complete, in three languages, and honest about what they do not know."""

import re
import unicodedata

import pytest

from mabar.declarations import reference
from mabar.lib import words
from mabar.lib.money import currencies


def test_the_tariff_is_the_harmonized_system_of_2022() -> None:
    for code in ("852411", "854911", "880621", "240411", "382761"):
        assert reference.hs_exists(code)
    assert not reference.hs_exists("852812x")
    assert not reference.hs_exists("8528")
    assert reference.hs_text("0804")
    assert reference.hs_text("TOTAL") is None


@pytest.mark.parametrize(("digits", "count"), [(2, 97), (4, 1229), (6, 5613)])
def test_the_tariff_is_whole_and_every_code_has_its_parent(digits: int, count: int) -> None:
    codes = [code for code in reference._tariff() if len(code) == digits]
    assert len(codes) == count
    if digits > 2:
        assert all(reference.hs_text(code[:-2]) for code in codes)


def test_every_chapter_has_a_short_title_in_three_languages() -> None:
    chapters = [code for code in reference._tariff() if len(code) == 2]
    for code in chapters:
        title = reference.chapter(code)
        assert title
        assert title.name("ar") != title.name("en") != ""
        assert title.name("fr")
    assert reference.chapter("77") is None
    dates = reference.chapter("080410")
    assert dates
    assert dates.name("fr") == "Fruits comestibles et fruits à coque"


@pytest.mark.parametrize(
    ("code", "description", "nearest"),
    [
        ("842124", "Oil filters for petrol engines", "842123"),
        ("252322", "White Portland cement in bags", "252321"),
        ("080411", "Deglet Nour dates", "080410"),
        ("870899", "clutches", "870893"),
    ],
)
def test_the_nearest_code_shares_telling_words_with_the_description(code: str, description: str, nearest: str) -> None:
    assert reference.nearest_hs(code, description)[0] == nearest


@pytest.mark.parametrize(
    ("code", "description"),
    [
        ("842124", "مصافي زيت"),
        ("842124", "filtres à huile"),
        ("999912", "oil filters"),
        ("842124", ""),
        ("842124", "other parts"),
    ],
)
def test_where_no_word_tells_anything_there_is_no_proposal(code: str, description: str) -> None:
    assert reference.nearest_hs(code, description) == ()


def test_no_more_codes_are_proposed_than_asked_for() -> None:
    assert len(reference.nearest_hs("842124", "filters for engines", 2)) == 2


def test_countries_are_those_of_the_standard() -> None:
    assert len(reference._countries()) == 249
    algeria = reference.country("DZ")
    assert algeria
    assert (algeria.alpha3, algeria.numeric, algeria.name("ar"), algeria.name("fr")) == (
        "DZA",
        "012",
        "الجزائر",
        "Algérie",
    )
    assert reference.country("DZA") is None
    assert reference.country("dz") is None
    assert len({each.alpha3 for each in reference._countries().values()}) == 249
    assert len({each.numeric for each in reference._countries().values()}) == 249


def test_every_currency_that_money_knows_has_a_name() -> None:
    assert set(currencies()) <= set(reference._currencies())
    dinar = reference.currency("LYD")
    assert dinar
    assert dinar.name("ar") == "دينار ليبي"
    assert reference.currency("DIN") is None


def test_every_package_is_named_in_three_languages() -> None:
    carton = reference.package_kind("CT")
    assert carton
    assert (carton.name("ar"), carton.name("fr"), carton.name("en")) == ("كرتونة", "Carton", "Carton")
    assert all(each.ar and each.fr and each.en for each in reference._package_kinds().values())
    assert reference.package_kind("72")
    assert reference.package_kind("QQQ") is None


def test_what_has_no_name_of_its_own_in_a_language_is_shown_in_english() -> None:
    assert reference.Entry("X", "", "", "Jar").name("ar") == "Jar"


def test_units_terms_modes_and_papers_are_known_by_their_code() -> None:
    kilogram, road = reference.unit("KGM"), reference.transport_mode("31")
    assert kilogram
    assert (kilogram.symbol, kilogram.name("ar")) == ("kg", "كيلوغرام")
    assert road
    assert road.name("fr").startswith("Routier")
    assert len(reference._units()) >= 120
    for find, code in (
        (reference.incoterm, "DPU"),
        (reference.incoterm, "DAF"),
        (reference.transport_mode, "3"),
        (reference.document_type, "380"),
        (reference.document_type, "730"),
        (reference.extended_procedure, "4000"),
    ):
        assert find(code)
        assert find("???") is None
    assert reference.unit("???") is None


def test_a_general_procedure_names_a_regime_that_has_a_word() -> None:
    assert [reference.regime_of(digit) for digit in "134578"] == [
        "export",
        "re_export",
        "import",
        "temporary_admission",
        "warehousing",
        "transit",
    ]
    assert reference.regime_of("0") is None
    for regime in reference.regimes():
        assert words.word("declarations", f"regime.{regime}", "ar")


@pytest.mark.parametrize("table", ["incoterms", "transport_modes", "document_types", "hs_chapters"])
def test_every_listed_code_has_a_clean_name_in_three_languages(table: str) -> None:
    for entry in reference._listed(table).values():
        for language in words.LANGUAGES:
            name = entry.name(language)
            assert name == name.strip() != ""
            assert not [c for c in name if unicodedata.category(c) == "Cf"]
        assert re.search("[\u0621-\u064a]", entry.ar)


@pytest.mark.parametrize("entries", [reference._countries, reference._currencies, reference._units])
def test_every_name_of_a_country_currency_or_unit_is_clean_arabic_french_and_english(entries: object) -> None:
    for entry in entries().values():  # type: ignore[operator]
        assert re.search("[\u0621-\u064a]", entry.ar), entry.code
        assert entry.fr, entry.code
        assert not [c for c in entry.ar + entry.fr + entry.en if unicodedata.category(c) == "Cf"], entry.code
