"""Payloads with something else in one place, as a careless or hostile partner would send them."""

from typing import Any

from hypothesis import strategies as st

from mabar.exchange.protocol import cbor

_PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.sampled_from([0, 1, 2, 3, 255, 256, 65_535, 65_536, 2**63 - 1])
    | st.binary(max_size=40)
    | st.sampled_from([bytes(8), bytes(32), b"\x02" * 32, bytes(1216), bytes(1312)])
    | st.text(max_size=12)
    | st.sampled_from(["dz", "ly.ghadames", "node", "https://a.example", "DEMO"])
)
VALUES = st.recursive(
    _PLAIN,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.integers(-3, 20), inner, max_size=4),
    max_leaves=8,
)


@st.composite
def changed(draw: st.DrawFn, payload: bytes, values: st.SearchStrategy[Any]) -> bytes:
    """Put another value in one place of a payload, however deep; or take the place out, or put one more in."""
    whole = cbor.decode(payload)
    here = whole
    while True:
        places = list(here) if isinstance(here, dict) else list(range(len(here)))
        place = draw(st.sampled_from(places)) if places else None
        if place is None or not isinstance(here[place], list | dict) or draw(st.booleans()):
            break
        here = here[place]
    _change(draw, here, place, values)
    return cbor.encode(whole)


def _change(draw: st.DrawFn, here: Any, place: Any, values: st.SearchStrategy[Any]) -> None:
    act = draw(st.sampled_from(["put", "put", "put", "take out", "put in"]))
    if act == "put" and place is not None:
        here[place] = draw(values)
    elif act == "take out" and place is not None:
        del here[place]
    elif isinstance(here, dict):
        here[draw(st.integers(0, 20))] = draw(values)
    else:
        here.append(draw(values))


@st.composite
def cut(draw: st.DrawFn, payload: bytes) -> bytes:
    """Turn one byte of a payload, or cut it off."""
    at = draw(st.integers(0, len(payload) - 1))
    return draw(
        st.sampled_from(
            [payload[:at], payload[:at] + bytes([payload[at] ^ draw(st.integers(1, 255))]) + payload[at + 1 :]]
        )
    )
