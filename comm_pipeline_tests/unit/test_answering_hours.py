"""What is learned from when the recipients of a campaign answer."""

import pytest

from comm_pipeline.domain.answering_hours import best_window
from comm_pipeline.domain.time_windows import TimeWindow


@pytest.mark.parametrize(
    ("answers", "start"),
    [
        ({"9": 12, "10": 8}, 8),
        ({"10": 5, "14": 9, "15": 9, "16": 9}, 14),
        ({"23": 30}, 21),
        ({str(hour): 1 for hour in range(24)}, 0),
        # As many with a gap between them, but later.
        ({"8": 7, "9": 7, "10": 7, "20": 11, "22": 10}, 8),
    ],
)
def test_the_three_hours_with_most_answers_are_found(answers: dict[str, int], start: int) -> None:
    assert best_window(answers) == (TimeWindow(start * 60, (start + 3) * 60),)


@pytest.mark.parametrize("answers", [{}, {"9": 19}])
def test_few_answers_teach_nothing(answers: dict[str, int]) -> None:
    assert best_window(answers) == ()
