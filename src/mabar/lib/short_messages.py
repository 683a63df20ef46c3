"""What a text costs as short messages of a mobile network."""

from dataclasses import dataclass

# Source: 3GPP TS 23.038, 6.2.1: the default alphabet, and the extension table, each of whose signs takes two septets.
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
# Source: 3GPP TS 23.040, 9.2.3.24.1: a message of several parts gives six octets of each to the header that joins them.
GSM_ALONE, GSM_JOINED = 160, 153
UCS2_ALONE, UCS2_JOINED = 70, 67


@dataclass(frozen=True)
class Cost:
    """How a text goes: in which alphabet, in how many of its units, and in how many messages."""

    alphabet: str
    units: int
    messages: int


def cost_of(text: str) -> Cost:
    """Reckon what a text takes: septets where the GSM alphabet has all its letters, else 16-bit units (UCS-2)."""
    if set(text) <= GSM | GSM_EXTENDED:
        units = len(text) + sum(sign in GSM_EXTENDED for sign in text)
        return Cost("GSM-7", units, _messages(units, alone=GSM_ALONE, joined=GSM_JOINED))
    units = len(text.encode("utf-16-be")) // 2
    return Cost("UCS-2", units, _messages(units, alone=UCS2_ALONE, joined=UCS2_JOINED))


def _messages(units: int, *, alone: int, joined: int) -> int:
    return 1 if units <= alone else -(-units // joined)
