"""What becomes of one truck in a diversion.  Pure."""

from collections.abc import Mapping

DIVERTED = "diverted"
PROPOSED, OFFERED, KEPT = "proposed", "offered", "kept"
STATES = (PROPOSED, OFFERED, KEPT, "declined", "expired", "refused", "withdrawn")
TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("", "propose_diversion"): PROPOSED,
    (PROPOSED, "accept_diversion"): OFFERED,
    (PROPOSED, "refuse_diversion"): "refused",
    (PROPOSED, "withdraw_diversion"): "withdrawn",
    (OFFERED, "withdraw_diversion"): "withdrawn",
    (OFFERED, "keep_diversion"): KEPT,
    (OFFERED, "decline_diversion"): "declined",
    (OFFERED, "expire_offer"): "expired",
}
OPEN = (PROPOSED, OFFERED)


def changed_by(act: str) -> tuple[str, ...]:
    """Give the states from which an act takes the trucks of a diversion on."""
    return tuple(state for state, done in TRANSITIONS if done == act)
