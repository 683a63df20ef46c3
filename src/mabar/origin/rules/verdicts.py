"""What is said of a code that was read: one word, the first that holds."""

from datetime import date

VERDICTS = ("valid", "expired", "withdrawn", "replaced", "stopped", "out_of_force", "unchecked", "altered")
# What became of the signature, in the word of the verdict; a true one asks further.
_OF_SIGNATURE = {"false": "altered", "unknown": "unchecked", "stopped": "stopped", "out_of_force": "out_of_force"}


def verdict_of(signature: str, *, ended: str, valid_until_on: date, today: date) -> str:
    """Give the verdict on a code.

    Args:
        signature: what became of its signature.
        ended: `withdrawn` or `replaced` where the issuer has said so, else empty.
        today: at the place that asks.
    """
    if signature in _OF_SIGNATURE:
        return _OF_SIGNATURE[signature]
    return ended or ("expired" if today > valid_until_on else "valid")
