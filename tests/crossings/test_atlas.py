"""The list of crossings: what it says, and what it leaves open."""

import re
import unicodedata
import zoneinfo

import pytest

from mabar.crossings import atlas

ALL = atlas.crossings()
WANTED = {
    "dz.debdeb",
    "ly.ghadames",
    "dz.tin-alkoum",
    "ly.ghat",
    "dz.tarat",
    "dz.taleb-larbi",
    "tn.hazoua",
    "dz.bouchebka",
    "tn.bouchebka",
    "dz.oum-teboul",
    "tn.melloula",
    "dz.el-ayoun",
    "tn.babouch",
    "dz.ras-el-ayoun",
    "tn.haidra",
    "dz.haddada",
    "tn.sakiet-sidi-youssef",
    "tn.ras-jedir",
    "ly.ras-ajdir",
    "tn.dehiba",
    "ly.wazin",
}
ZONES = {"DZ": "Africa/Algiers", "LY": "Africa/Tripoli", "TN": "Africa/Tunis"}


def ids(each: atlas.Crossing) -> str:
    return each.code


def test_every_crossing_of_the_first_users_is_listed_once() -> None:
    codes = [each.code for each in ALL]
    assert set(codes) >= WANTED
    assert len(codes) == len(set(codes))


def test_two_crossings_that_face_each_other_say_so_on_both_sides() -> None:
    for each in ALL:
        other = atlas.facing(each.code)
        if other is None:
            assert each.pairing is None
        else:
            assert (other.faces, other.country, other.neighbour) == (each.code, each.neighbour, each.country)
            assert other.pairing == each.pairing in atlas.PAIRINGS


def test_the_nine_posts_between_algeria_and_tunisia_are_paired_one_to_one() -> None:
    pairs = {(e.code, e.faces) for e in ALL if (e.country, e.neighbour) == ("DZ", "TN")}
    assert len(pairs) == 9
    assert len({other for _, other in pairs}) == 9


@pytest.mark.parametrize("each", ALL, ids=ids)
def test_a_crossing_has_its_countrys_zone_and_a_name_in_three_languages(each: atlas.Crossing) -> None:
    assert each.code.split(".")[0].upper() == each.country
    assert each.zone == ZONES[each.country]
    assert zoneinfo.ZoneInfo(each.zone).key == each.zone
    assert all(each.name(language).strip() for language in ("ar", "fr", "en"))
    assert re.search("[\u0621-\u064a]", each.name("ar"))


@pytest.mark.parametrize("each", ALL, ids=ids)
def test_no_name_hides_a_direction_mark(each: atlas.Crossing) -> None:
    for text in (*each.names.values(), *each.aliases):
        assert not [c for c in text if unicodedata.category(c) == "Cf"]
        assert text == text.strip()
        assert text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("each", ALL, ids=ids)
def test_an_opening_names_its_kind_state_source_and_an_instant_as_exact_as_known(each: atlas.Crossing) -> None:
    assert set(each.kinds) <= set(atlas.KINDS)
    for opening in each.openings:
        assert opening.kind in each.kinds
        assert opening.state in atlas.STATES
        assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", opening.dated)
        assert opening.source.by
        assert opening.source.url.startswith("http")


def test_contradicting_years_of_debdeb_stay_side_by_side() -> None:
    told = [o for o in atlas.crossing("dz.debdeb").openings if (o.kind, o.state) == ("goods", "closed")]
    assert [o.dated for o in told] == ["2011", "2014-05"]
    assert all(o.is_contested for o in told)


@pytest.mark.parametrize("each", ALL, ids=ids)
def test_coordinates_have_a_source_and_lie_in_the_country_and_unlocode_is_nobodys_guess(each: atlas.Crossing) -> None:
    assert each.unlocode is None
    if each.position:
        assert each.position.source
        assert atlas.lies_inside(each.position, each.country)


@pytest.mark.parametrize(
    ("latitude", "longitude", "country", "inside"),
    [
        (30.0, 9.4, "DZ", True),
        (9.4, 30.0, "DZ", False),
        (52.0, 25.0, "LY", False),
        (33.1, 11.5, "TN", True),
        (33.1, -11.5, "TN", False),
    ],
)
def test_a_swapped_or_foreign_position_falls_outside_the_box(
    latitude: float, longitude: float, country: str, inside: bool
) -> None:
    assert atlas.lies_inside(atlas.Position(latitude, longitude, "survey"), country) is inside


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("DEB-DEB", "dz.debdeb"),
        ("معبر الدبداب", "dz.debdeb"),
        ("Ghadamès", "ly.ghadames"),
        ("غدامِس", "ly.ghadames"),
        ("تين الكوم", "dz.tin-alkoum"),
        ("تينالكوم", "dz.tin-alkoum"),
        ("راس اجدير", "ly.ras-ajdir"),
        ("رأس جدير", "tn.ras-jedir"),
        ("ايسين", "ly.ghat"),
        ("dz.tarat", "dz.tarat"),
    ],
)
def test_a_crossing_is_found_by_any_of_its_spellings(said: str, code: str) -> None:
    assert [each.code for each in atlas.find(said)] == [code]


def test_a_name_borne_on_both_sides_finds_both_and_an_unknown_one_none() -> None:
    assert {each.code for each in atlas.find("بوشبكة")} == {"dz.bouchebka", "tn.bouchebka"}
    assert atlas.find("Tombouctou") == ()
    assert atlas.find("") == ()


def test_an_unknown_code_is_a_fault() -> None:
    with pytest.raises(KeyError):
        atlas.crossing("dz.nowhere")


def test_an_inland_office_has_a_code_zone_and_names_of_its_own_and_is_no_crossing() -> None:
    listed = atlas.offices()
    assert {each.country for each in listed} == set(ZONES)
    assert not {each.code for each in listed} & {each.code for each in ALL}
    for each in listed:
        assert each.zone == ZONES[each.country]
        assert each.unlocode.startswith(each.country)
        assert re.search("[\u0621-\u064a]", each.names["ar"])
