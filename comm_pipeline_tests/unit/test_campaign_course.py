"""How many messages of a course lie in a window, also where hours are very many or very few."""

import pytest

from comm_pipeline.domain.campaign_course import Course, find_above_caps
from comm_pipeline.domain.campaign_rules import FrequencyCap

NOBODY = Course({}, ())


@pytest.mark.parametrize(
    ("messages", "most", "per_hours", "is_above"),
    [
        ((0.0, 48.0, 96.0), 2, 97, True),
        ((0.0, 48.0, 96.0), 2, 96, False),
        ((0.0, 0.0), 1, 1, True),
        # So late that the window is less than what a number of hours can tell apart.
        ((0.0, 8_784_000.0, 17_568_000.0), 1, 1e-9, False),
        ((8_784_000.0, 8_784_000.0), 1, 1e-9, True),
    ],
)
def test_a_cap_holds_back_what_one_window_has_too_much(
    messages: tuple[float, ...], most: int, per_hours: float, is_above: bool
) -> None:
    cap = FrequencyCap(max_messages=most, per_hours=per_hours)
    found = list(find_above_caps([cap], Course({"a": 0.0}, messages), NOBODY))
    assert bool(found) is is_above
