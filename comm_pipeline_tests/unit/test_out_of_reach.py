"""What drives Python beyond its limits becomes a refusal that names its place."""

from datetime import UTC, datetime, timedelta

import pytest

from comm_pipeline.errors import InvalidInputError, InvalidRequestError
from comm_pipeline.services.checking.refusals import refused
from comm_pipeline.services.out_of_reach import refused_if_out_of_reach


def deeper(levels: int) -> int:
    return 1 + deeper(levels + 1)


def test_an_instant_after_the_last_year_is_refused() -> None:
    with (
        pytest.raises(InvalidInputError, match=r"^request: has a number that cannot"),
        refused_if_out_of_reach("request"),
    ):
        _ = datetime(9999, 12, 31, tzinfo=UTC) + timedelta(days=2)


def test_endless_nesting_is_refused() -> None:
    with (
        pytest.raises(InvalidRequestError, match=r"^template: is nested too deeply"),
        refused_if_out_of_reach("template", InvalidRequestError),
    ):
        deeper(0)


def test_our_own_mistakes_are_let_through() -> None:
    with pytest.raises(KeyError), refused_if_out_of_reach("request"):
        raise KeyError


def test_problems_are_told_apart_in_a_time_that_grows_with_their_length() -> None:
    """A path of many parts without a colon behind it took hours to give up on."""
    text = f"template.a: is wrong; context{'.a' * 5_000} is not here; template.b: is wrong too"
    found = list(refused("rule", InvalidInputError(text)))
    assert [finding.place for finding in found] == ["template.a", "template.b"]
