"""What search finds a passage by."""

from mabar.base import sealer, search
from mabar.crossings import finding
from tests.crossings.yard import SEAL, announce, attach
from tests.world import NOON


def test_a_passage_is_told_with_its_plates_carrier_seals_and_references(yard) -> None:
    key = announce(yard, actor=yard.broker, carrier="نقل الواحة", trailer_plate="T-12")
    attach(yard, key)
    told = finding.describe([key, "dz.debdeb"])
    assert told == {
        key: search.Entry(
            kind="crossings.passage",
            subject=key,
            title="99417-322-33",
            text="نقل الواحة",
            identifiers=("99417-322-33", "T-12", SEAL, "DEB-2026-C-D1"),
            place="dz.debdeb",
            owner="BROKER-OASIS",
            happened_at=NOON,
        )
    }


def test_many_passages_are_told_of_in_two_queries(yard, django_assert_max_num_queries) -> None:
    keys = [announce(yard, plate=f"1-{n}") for n in range(4)]
    with django_assert_max_num_queries(2):
        assert set(finding.describe(keys)) == set(keys)


def test_an_announced_truck_is_found_by_its_plate_once_the_journal_is_sealed(yard) -> None:
    key = announce(yard, carrier="نقل الواحة")
    sealer.seal(NOON)
    while search.index_from_journal(at=NOON):
        pass
    for query in ("99417-322-33", "الواحة"):
        assert [row.subject for row in search.find(query).rows] == [key]
