"""What a message costs on a slow line: not more than was measured when dictionary 1 was made.

The declarations are those of the sample trade, drawn from seeds that the dictionary has not seen; `python -m
tools.sizes` prints the figures.
"""

from statistics import mean

import pytest

from tools import sizes


def test_a_signed_statement_has_at_most_260_bytes():
    assert sizes.statement() <= 260


@pytest.mark.parametrize(("suite", "most", "most_unpadded"), [(1, 48, 36), (2, 58, 48)])
def test_in_a_batch_of_100_a_message_costs_little_beyond_statement_and_payload(suite, most, most_unpadded):
    costs = sizes.hundreds(suite=suite)
    assert mean(each.beyond for each in costs) <= most
    assert mean(each.beyond_unpadded for each in costs) <= most_unpadded


ALONE = {"of 1 to 6 items alone": (840, 1930), "of 1 item alone": (700, 1790), "of an agreement alone": (630, 1720)}


@pytest.mark.parametrize(("ending", "most"), ALONE.items(), ids=ALONE)
def test_one_declaration_alone(ending, most):
    (said,) = (said for title, said in sizes.examples().items() if title.endswith(ending))
    assert sizes.alone(said, suite=1) <= most[0]
    assert sizes.alone(said, suite=2) <= most[1]
