"""What befalls bodies between the nodes, and that each thing is counted under its name."""

import pytest

from mabar.exchange.simulation.clockwork import DAY, MINUTE, SECOND, Dice
from mabar.exchange.simulation.line import FAIR, Network, Weather

BODY = bytes(range(200))
START_MS = 1000 * DAY


def network(weather: Weather = FAIR) -> Network:
    """Make the lines of a world with one seed."""
    return Network(Dice(1).of("network"), weather=weather)


def test_in_fair_weather_a_body_arrives_once_and_as_it_was() -> None:
    lines = network()
    for _ in range(100):
        (arrival,) = lines.carry("dz.hq", "ly.hq", BODY, at_ms=START_MS)
        assert (arrival.body, arrival.sender, arrival.receiver, arrival.is_answer) == (BODY, "dz.hq", "ly.hq", False)
        assert START_MS < arrival.at_ms <= START_MS + SECOND
    assert not lines.counts


@pytest.mark.parametrize(
    ("weather", "name"),
    [
        (Weather(drop=1), "drop"),
        (Weather(duplicate=1), "duplicate"),
        (Weather(reorder=1), "reorder"),
        (Weather(delay=1), "delay"),
        (Weather(delay_days=1), "delay-days"),
        (Weather(corrupt=1), "corrupt"),
        (Weather(truncate=1), "truncate"),
        (Weather(replay=1), "replay"),
    ],
)
def test_each_thing_that_befalls_a_body_is_counted_under_its_name(weather: Weather, name: str) -> None:
    lines = network(weather)
    lines.carry("dz.hq", "ly.hq", BODY, at_ms=START_MS)
    assert set(lines.counts) == {name}
    assert lines.counts[name] >= 1


def test_what_is_dropped_does_not_arrive_and_what_is_doubled_arrives_twice() -> None:
    assert network(Weather(drop=1)).carry("dz.hq", "ly.hq", BODY, at_ms=START_MS) == []
    twice = network(Weather(duplicate=1)).carry("dz.hq", "ly.hq", BODY, at_ms=START_MS)
    assert [each.body for each in twice] == [BODY, BODY]


def test_corruption_turns_one_bit_anywhere() -> None:
    lines, places = network(Weather(corrupt=1)), set()
    for _ in range(2000):
        (arrival,) = lines.carry("dz.hq", "ly.hq", BODY, at_ms=START_MS)
        wrong = [place for place in range(len(BODY)) if arrival.body[place] != BODY[place]]
        assert len(wrong) == 1
        assert (arrival.body[wrong[0]] ^ BODY[wrong[0]]).bit_count() == 1
        places.add(wrong[0])
    assert len(places) == len(BODY)


def test_truncation_leaves_a_beginning() -> None:
    lines, lengths = network(Weather(truncate=1)), set()
    for _ in range(500):
        (arrival,) = lines.carry("dz.hq", "ly.hq", BODY, at_ms=START_MS)
        assert BODY.startswith(arrival.body)
        lengths.add(len(arrival.body))
    assert min(lengths) < 5
    assert len(BODY) not in lengths


def test_an_empty_body_cannot_be_spoiled() -> None:
    (arrival,) = network(Weather(corrupt=1, truncate=1)).carry("dz.hq", "ly.hq", b"", at_ms=START_MS)
    assert arrival.body == b""


def test_delays_go_from_seconds_to_thirty_days() -> None:
    def waits(weather: Weather) -> list[int]:
        lines = network(weather)
        return [lines.carry("dz.hq", "ly.hq", BODY, at_ms=0)[0].at_ms for _ in range(300)]

    assert SECOND <= min(waits(Weather(reorder=1))) <= max(waits(Weather(reorder=1))) < 21 * SECOND
    assert 10 * SECOND <= min(waits(Weather(delay=1))) <= max(waits(Weather(delay=1))) < 11 * MINUTE
    assert DAY <= min(waits(Weather(delay_days=1))) <= max(waits(Weather(delay_days=1))) < 31 * DAY
    assert max(waits(Weather(delay_days=1))) > 25 * DAY


def test_an_old_body_comes_again_on_its_line_or_at_another_node() -> None:
    lines = network(Weather(replay=1))
    lines.carry("dz.hq", "ly.hq", b"first", at_ms=START_MS)
    heard = {each.body for _ in range(50) for each in lines.carry("dz.hq", "ly.hq", b"second", at_ms=START_MS)}
    assert heard == {b"first", b"second"}
    crossed = network(Weather(cross_replay=1))
    crossed.carry("dz.hq", "ly.hq", b"for ly.hq", at_ms=START_MS)
    arrivals = crossed.carry("dz.hq", "tn.hq", b"for tn.hq", at_ms=START_MS)
    assert {(each.receiver, each.body) for each in arrivals} == {("tn.hq", b"for tn.hq"), ("tn.hq", b"for ly.hq")}
    assert crossed.counts["cross-replay"] == 1


def test_a_line_is_cut_in_one_direction_or_in_both_and_mended() -> None:
    lines = network()
    lines.cut_one_way("dz.hq", "ly.hq")
    assert lines.carry("dz.hq", "ly.hq", BODY, at_ms=START_MS) == []
    assert len(lines.carry("ly.hq", "dz.hq", BODY, at_ms=START_MS)) == 1
    lines.cut_both_ways("dz.hq", "ly.hq")
    assert lines.carry("ly.hq", "dz.hq", BODY, at_ms=START_MS) == []
    assert len(lines.carry("dz.hq", "tn.hq", BODY, at_ms=START_MS)) == 1
    lines.mend("ly.hq", "dz.hq")
    assert len(lines.carry("dz.hq", "ly.hq", BODY, at_ms=START_MS)) == 1
    assert lines.counts == {"partition one-way": 1, "partition two-way": 1, "body at a cut line": 2}


def test_on_a_slow_line_bodies_wait_for_each_other_and_too_many_are_dropped() -> None:
    lines = network()
    lines.slow_down("dz.hq", "ly.hq", 1000)
    first = lines.carry("dz.hq", "ly.hq", bytes(10_000), at_ms=START_MS)[0].at_ms
    second = lines.carry("dz.hq", "ly.hq", bytes(10_000), at_ms=START_MS)[0].at_ms
    assert first >= START_MS + 10 * SECOND
    assert second >= START_MS + 20 * SECOND
    for _ in range(60):
        lines.carry("dz.hq", "ly.hq", bytes(10_000), at_ms=START_MS)
    assert lines.counts["dropped before a slow line"] > 10
    lines.heal()
    assert lines.carry("dz.hq", "ly.hq", bytes(10_000), at_ms=START_MS)[0].at_ms < START_MS + SECOND


@pytest.mark.parametrize("chance", [-0.1, 1.1])
def test_a_chance_lies_between_never_and_always(chance: float) -> None:
    with pytest.raises(ValueError, match="drop"):
        Weather(drop=chance)
