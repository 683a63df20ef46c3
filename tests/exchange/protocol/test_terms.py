"""Terms have one form, say one thing, and can be compared before they are signed."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol import documents, terms_form
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.terms import Article, Floor, KindTerms, Party, require_sound
from mabar.exchange.protocol.terms_compared import Difference, differences
from tests.exchange.protocol.agreements import TERMS

# Source: docs/wire/mx1.md, section 8; written by hand.
SMALL = (
    b'{"flash_per_hour":6,"kinds":[{"fields":["items[].hs","key"],"from":["dz"],"kind":"goods.declaration/1.3",'
    b'"masked":["key"],"onward":"never","purposes":["clearance"],"retention_days":90,"to_agencies":["customs"]}],'
    b'"legal_basis":[{"article":"4","date":"2001-05-08","text":"Agreement on customs matters"}],'
    b'"name":"dz-ly.goods.1","oversight":["a@example.dz","b@example.ly"],'
    b'"parties":[{"administration":"dz","agencies":["customs"]},{"administration":"ly","agencies":["customs"]}],'
    b'"purposes":["clearance"],"replaces":null,"review_on":"2026-06-30","suite_floor":[{"from":"2026-01-01","suite":1}],'
    b'"valid_from":"2026-01-01","valid_to":"2026-12-31","version":1}'
)
ORDER = replace(
    TERMS,
    name="dz.crossings.3",
    version=3,
    parties=(Party("dz", ("customs", "police")),),
    kinds=(replace(TERMS.kinds[0], to_agencies=("police",)),),
    oversight=("oversight@customs.example.dz",),
    replaces="dz.crossings.2",
)
(FIRST, SECOND) = TERMS.kinds


def refused(code, **facts):
    """Expect a refusal of this code, telling at least these facts."""
    told = "".join(rf"(?=.*\b{name}: {value!s})" for name, value in facts.items())
    return pytest.raises(Refused, match=rf"^terms\.{code}\b{told}")


def test_terms_are_written_and_read_in_their_one_form():
    told = terms_form.read(SMALL)
    assert (told.name, told.version, told.parties) == (
        "dz-ly.goods.1",
        1,
        (Party("dz", ("customs",)), Party("ly", ("customs",))),
    )
    assert told.kinds == (
        KindTerms(
            kind="goods.declaration/1.3",
            senders=("dz",),
            to_agencies=("customs",),
            purposes=("clearance",),
            fields=("items[].hs", "key"),
            masked=("key",),
            retention_days=90,
            onward="never",
        ),
    )
    assert told.legal_basis == (Article("4", date(2001, 5, 8), "Agreement on customs matters"),)
    assert told.suite_floor == (Floor(date(2026, 1, 1), 1),)
    assert (told.valid_from, told.valid_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (told.review_on, told.replaces, told.flash_per_hour) == (date(2026, 6, 30), None, 6)
    assert told.oversight == ("a@example.dz", "b@example.ly")
    assert terms_form.written(told) == SMALL


def test_terms_and_standing_orders_are_read_as_they_were_written():
    assert terms_form.read(terms_form.written(TERMS)) == TERMS
    assert terms_form.read_standing_order(terms_form.written(ORDER)) == ORDER
    assert ORDER.administrations == ("dz",)


def test_terms_bind_two_and_a_standing_order_binds_one():
    with refused("parties", parties=1):
        terms_form.read(terms_form.written(ORDER))
    with refused("parties", parties=2):
        terms_form.read_standing_order(terms_form.written(TERMS))


def test_what_is_no_document_is_no_terms():
    with pytest.raises(Refused, match=r"payload\.malformed"):
        terms_form.read(SMALL + b"\n")


def places(value, at=()):
    """Give the place of every value in a document, the document itself first."""
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*at, key))


def with_(value, place, put):
    """Give a document with something else at a place."""
    if not place:
        return put
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = with_(value[place[0]], place[1:], put)
    return copy


def without(value, place):
    """Give a document without the member at a place."""
    (*above, name) = place
    holder = value
    for step in above:
        holder = holder[step]
    return with_(value, tuple(above), {key: each for key, each in holder.items() if key != name})


DOCUMENT = documents.read(SMALL)
PLACES = list(places(DOCUMENT))
MEMBERS = [place for place in PLACES if place and isinstance(place[-1], str)]


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("put", [True, -1, {"a": 1}, [[]], " "], ids=repr)
def test_a_value_of_another_type_is_refused(place, put):
    with pytest.raises(Refused, match=r"^terms\."):
        terms_form.read(documents.written(with_(DOCUMENT, place, put)))


@pytest.mark.parametrize("place", MEMBERS, ids=str)
def test_no_member_is_missing_and_none_is_more(place):
    name = place[-1]
    with refused("form", at=rf"\S*{name}\)"):
        terms_form.read(documents.written(without(DOCUMENT, place)))
    holder = DOCUMENT
    for step in place[:-1]:
        holder = holder[step]
    more = with_(DOCUMENT, place[:-1], {**holder, f"{name}_": 1})
    with refused("form", at=rf"\S*{name}_"):
        terms_form.read(documents.written(more))


@given(
    st.sampled_from(PLACES),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(codec="utf-8")),
        lambda each: st.lists(each) | st.dictionaries(st.text(st.characters(codec="utf-8")), each),
        max_leaves=6,
    ),
)
def test_no_terms_bring_the_reader_down(place, put):
    data = documents.written(with_(DOCUMENT, place, put))
    try:
        assert terms_form.written(terms_form.read(data)) == data
    except Refused as refusal:
        assert refusal.code.startswith("terms.")  # noqa: PT017 - what is put in may also be sound


def of_kind(**changed):
    """Give the terms with something else in the first kind."""
    return replace(TERMS, kinds=(replace(FIRST, **changed), SECOND))


LONG = tuple(f"field_{n}" for n in range(501))
NO_SENSE = {
    "another pair in the name": (replace(TERMS, name="ly-dz.goods.1"), "name"),
    "another version in the name": (replace(TERMS, name="dz-ly.goods.2"), "name"),
    "no subject in the name": (replace(TERMS, name="dz-ly.1"), "name"),
    "a name with more behind it": (replace(TERMS, name="dz-ly.goods.1\n"), "name"),
    "a name too long for a statement": (replace(TERMS, name=f"dz-ly.{'a' * 25}.1"), "name"),
    "version nought": (replace(TERMS, name="dz-ly.goods.0", version=0), "name"),
    "nobody bound": (replace(TERMS, parties=()), "parties"),
    "three bound": (replace(TERMS, parties=(*TERMS.parties, Party("tn", ("customs",)))), "parties"),
    "one bound twice": (replace(TERMS, parties=(TERMS.parties[0],) * 2), "parties"),
    "an administration that is none": (
        replace(TERMS, parties=(Party("DZ", ("customs",)), TERMS.parties[1])),
        "parties",
    ),
    "a party without agency": (replace(TERMS, parties=(TERMS.parties[0], Party("ly", ()))), "parties"),
    "an agency twice": (replace(TERMS, parties=(TERMS.parties[0], Party("ly", ("customs",) * 2))), "parties"),
    "an agency that is none": (replace(TERMS, parties=(TERMS.parties[0], Party("ly", ("Customs",)))), "parties"),
    "it replaces itself": (replace(TERMS, replaces=TERMS.name), "replaces"),
    "it replaces another pair's": (replace(TERMS, replaces="ly-tn.goods.1"), "replaces"),
    "over before it begins": (replace(TERMS, valid_to=date(2025, 12, 31)), "dates"),
    "reviewed before it begins": (replace(TERMS, review_on=date(2025, 12, 31)), "dates"),
    "reviewed after it ends": (replace(TERMS, review_on=date(2028, 1, 1)), "dates"),
    "no floor": (replace(TERMS, suite_floor=()), "suite"),
    "a floor later than the first day": (replace(TERMS, suite_floor=(Floor(date(2026, 1, 2), 1),)), "suite"),
    "a floor that falls": (
        replace(TERMS, suite_floor=(Floor(date(2026, 1, 1), 2), Floor(date(2026, 6, 1), 1))),
        "suite",
    ),
    "two floors of one day": (
        replace(TERMS, suite_floor=(Floor(date(2026, 1, 1), 1), Floor(date(2026, 1, 1), 2))),
        "suite",
    ),
    "floors out of order": (
        replace(TERMS, suite_floor=(Floor(date(2025, 1, 1), 1), Floor(date(2024, 1, 1), 2))),
        "suite",
    ),
    "a suite that nobody has": (replace(TERMS, suite_floor=(Floor(date(2026, 1, 1), 3),)), "suite"),
    "no legal basis": (replace(TERMS, legal_basis=()), "legal-basis"),
    "no purpose": (replace(TERMS, purposes=()), "purpose"),
    "a purpose twice": (replace(TERMS, purposes=("clearance", "transit", "transit")), "purpose"),
    "a purpose that is none": (replace(TERMS, purposes=("clearance", "transit", "*")), "purpose"),
    "fewer than no flash": (replace(TERMS, flash_per_hour=-1), "flash"),
    "flash without measure": (replace(TERMS, flash_per_hour=3601), "flash"),
    "a party without contact": (replace(TERMS, oversight=TERMS.oversight[:1]), "oversight"),
    "no kind": (replace(TERMS, kinds=()), "kind"),
}
OF_KIND = {
    "no version": ({"kind": "goods.declaration"}, "kind"),
    "a major only": ({"kind": "goods.declaration/1"}, "kind"),
    "a control kind": ({"kind": "exchange.answer/1.0"}, "kind"),
    "from nobody": ({"senders": ()}, "direction"),
    "from a third": ({"senders": ("tn",)}, "direction"),
    "from one twice": ({"senders": ("dz", "dz")}, "direction"),
    "to nobody": ({"to_agencies": ()}, "agency"),
    "to an agency of the sender only": ({"to_agencies": ("customs", "police")}, "agency"),
    "to an agency twice": ({"to_agencies": ("customs", "customs")}, "agency"),
    "to an agency of one receiver only": ({"senders": ("dz", "ly"), "to_agencies": ("police",)}, "agency"),
    "for nothing": ({"purposes": ()}, "purpose"),
    "for what the terms are not for": ({"purposes": ("clearance", "statistics")}, "purpose"),
    "no field": ({"fields": (), "masked": ()}, "field"),
    "a field twice": ({"fields": ("key", "key"), "masked": ()}, "field"),
    "every field": ({"fields": ("*",), "masked": ()}, "field"),
    "a list without its members": ({"fields": ("items[",), "masked": ()}, "field"),
    "a field in capitals": ({"fields": ("Key",), "masked": ()}, "field"),
    "a field of 17 steps": ({"fields": (".".join("a" * 17),), "masked": ()}, "field"),
    "a path of 201 characters": ({"fields": (".".join(["a" * 60] * 4),), "masked": ()}, "field"),
    "more than 500 fields": ({"fields": LONG, "masked": ()}, "field"),
    "a field within a field": ({"fields": ("items", "items[].hs"), "masked": ()}, "field"),
    "a list that is an object too": ({"fields": ("items[].hs", "items.hs"), "masked": ()}, "field"),
    "a mask on nothing": ({"masked": ("remark",)}, "masked"),
    "a mask twice": ({"masked": ("carrier", "carrier")}, "masked"),
    "kept for no day": ({"retention_days": 0}, "retention"),
    "kept for ever": ({"retention_days": 36_526}, "retention"),
    "freely onward": ({"onward": "freely"}, "onward"),
}


@pytest.mark.parametrize(("terms", "code"), NO_SENSE.values(), ids=NO_SENSE.keys())
def test_terms_that_make_no_sense_are_refused(terms, code):
    with refused(code):
        require_sound(terms)
    with refused(code):
        terms_form.written(terms)


@pytest.mark.parametrize(("changed", "code"), OF_KIND.values(), ids=OF_KIND.keys())
def test_terms_of_a_kind_that_make_no_sense_are_refused(changed, code):
    with refused(code, kind=changed.get("kind", "goods.declaration/1.2")):
        require_sound(of_kind(**changed))


def test_a_refusal_tells_which_field_lies_within_another():
    with refused("field", field=r"items\b"):
        require_sound(of_kind(fields=("items", "items[].hs"), masked=()))


def test_a_kind_stands_once_in_each_direction():
    both = replace(FIRST, kind="goods.declaration/1.0", senders=("ly",))
    require_sound(replace(TERMS, kinds=(FIRST, both)))
    require_sound(replace(TERMS, kinds=(FIRST, replace(FIRST, kind="goods.declaration/2.0"))))
    with refused("kind", kind=r"goods\.declaration/1\.0"):
        require_sound(replace(TERMS, kinds=(FIRST, replace(both, senders=("dz",)))))


def test_a_kind_of_terms_that_nobody_read_may_be_none():
    with pytest.raises(ValueError, match="is not package"):
        _ = replace(FIRST, kind="goods").parts


@pytest.mark.parametrize("day", ["2026-02-30", "2026-1-1", "20260101", "0999-01-01", "3000-01-01", "2026-01-01T00", 1])
def test_a_day_is_written_in_one_way(day):
    with refused("form", at="valid_from"):
        terms_form.read(documents.written({**DOCUMENT, "valid_from": day}))


def test_the_same_terms_differ_in_nothing():
    assert differences(TERMS, TERMS) == ()
    reordered = replace(FIRST, fields=FIRST.fields[::-1])
    assert differences(TERMS, replace(TERMS, kinds=(SECOND, reordered))) == ()


def test_the_officer_sees_what_differs_before_she_signs():
    wider = replace(
        FIRST,
        kind="goods.declaration/1.3",
        fields=("key", "items[].hs", "items[].value_minor", "carrier", "seals[]"),
        masked=(),
        retention_days=365,
        onward="with-consent",
    )
    new = replace(
        TERMS,
        name="dz-ly.goods.2",
        version=2,
        parties=(TERMS.parties[0], Party("ly", ("customs",))),
        kinds=(wider, replace(SECOND, senders=("dz",))),
        valid_to=date(2028, 12, 31),
        replaces=TERMS.name,
    )
    declaration, arrival = ("goods.declaration/1", "dz"), ("goods.arrival/2", "ly")
    assert differences(TERMS, new) == (
        Difference("name", "", "", ("dz-ly.goods.1",), ("dz-ly.goods.2",)),
        Difference("version", "", "", ("1",), ("2",)),
        Difference("parties", "", "", ("ly, customs, statistics",), ("ly, customs",)),
        Difference("valid_to", "", "", ("2027-12-31",), ("2028-12-31",)),
        Difference("replaces", "", "", (), ("dz-ly.goods.1",)),
        Difference("kind", *declaration, ("goods.declaration/1.2",), ("goods.declaration/1.3",)),
        Difference("fields", *declaration, ("items[].net_mass_g",), ("items[].value_minor",)),
        Difference("masked", *declaration, ("carrier",), ()),
        Difference("retention_days", *declaration, ("90",), ("365",)),
        Difference("onward", *declaration, ("never",), ("with-consent",)),
        Difference("kind", *arrival, ("goods.arrival/2.0",), ()),
        Difference("to_agencies", *arrival, ("customs",), ()),
        Difference("purposes", *arrival, ("transit", "clearance"), ()),
        Difference("fields", *arrival, ("key",), ()),
        Difference("retention_days", *arrival, ("30",), ()),
        Difference("onward", *arrival, ("with-consent",), ()),
    )


def test_what_differs_is_told_both_ways():
    new = replace(TERMS, purposes=("clearance",), legal_basis=())
    there, back = differences(TERMS, new), differences(new, TERMS)
    assert [(each.part, each.before, each.after) for each in there] == [
        (each.part, each.after, each.before) for each in back
    ]
    assert there[0].before == ("4, 2001-05-08, Agreement on mutual assistance in customs matters",)
