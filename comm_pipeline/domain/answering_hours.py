"""When the recipients of a campaign answer, learned from the answers that have come."""

from collections.abc import Mapping
from typing import Final

from comm_pipeline.domain.time_windows import TimeWindow

#: So many answers make a habit; fewer are chance.
_ENOUGH_ANSWERS: Final = 20
#: Length of the window that is looked for.
_HOURS: Final = 3


def best_window(answers: Mapping[str, int]) -> tuple[TimeWindow, ...]:
    """Return the three hours of the day with most answers, or nothing while there are few.

    ``answers`` counts them by the hour of the recipient's day, "0" to "23". Of equal windows the
    earliest counts; a window does not run past midnight.
    """
    if sum(answers.values()) < _ENOUGH_ANSWERS:
        return ()
    by_hour = [answers.get(str(hour), 0) for hour in range(24)]
    start = max(range(24 - _HOURS + 1), key=lambda first: sum(by_hour[first : first + _HOURS]))
    return (TimeWindow(start * 60, (start + _HOURS) * 60),)
