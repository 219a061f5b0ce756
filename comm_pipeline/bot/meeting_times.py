"""Times to talk that a reply names: "Thursday at 3pm", "10:30 on the 12th", "next week"; folded."""

from datetime import date
from typing import Any, Final

from comm_pipeline.bot.dates import FoundDay, find_days
from comm_pipeline.bot.folding import spaced
from comm_pipeline.domain.analysis import MeetingTime

#: Times that are kept of one letter.
_MOST: Final = 10
#: Characters between a day and its time.
_NEAR: Final = 24

_SENTENCE_END: Final = spaced(r"[.!?;]\s|\n")
_AT: Final = r"(?:at|around|um|gegen|a las|alle|as|om|a|vers)"
_TIME: Final = spaced(
    rf"\b(?:{_AT} )?(?:(\d{{1,2}})(?:[:.h](\d{{2}}))? ?([ap])\.?m\b|"
    r"(\d{1,2})[:.h](\d{2})(?: ?(?:uhr|h|hrs|o'clock))?\b|"
    r"(\d{1,2}) ?(?:uhr|o'clock|h|heures|hrs|uur)\b|(noon|midday)\b)|"
    r"\b(?:at|around|um|gegen|a las|alle|as|om|vers) (\d{1,2})\b"
)
#: A figure that is no hour: "at 7 out of 10", "um 20 Euro".
_NO_HOUR: Final = spaced(
    r"^ ?(?:out of|of|von|van|de|su|sur|/|%|percent|prozent|[.,]\d|k\b|eur\w*|usd|people|users|"
    r"employees|persons|points|stars|days?|weeks?|months?|years?|tagen?|wochen|monaten?)"
)
_PART: Final = spaced(
    r"\b(?:(morning|vormittag\w*|matin|por la manana|mattin[ao]|manha|ochtend)|(afternoon|"
    r"nachmittag\w*|apres-midi|por la tarde|pomeriggio|tarde|middag)|(evening|abend\w*|soir|"
    r"noche|sera|noite|avond)|(lunch\w*|mittag\w*))\b"
)
_PARTS: Final = ("morning", "afternoon", "evening", "noon")


def find_meeting_times(
    folded: str,
    original: str,
    received: date | None,
    language: str | None,
    country: str | None = None,
) -> tuple[MeetingTime, ...]:
    """Return the times that a text names, at most ten; days only if it is known when it came.

    A day that may be one of two, as 03/04, is told in its words only.
    """
    days = find_days(folded, received, language, country) if received else []
    times = [
        match for match in _some(_TIME, folded) if _is_an_hour(match, folded) and _clock(match)
    ]
    parts = _some(_PART, folded)
    found, used = [], set[int]()
    for number, day in enumerate(days[:_MOST]):
        reach = _reach(folded, days, number)
        time = _nearest(day, reach, [one for one in times if one.start() not in used])
        part = _nearest(day, reach, parts)
        used |= {time.start()} if time else set()
        found.append(_meeting(original, day, time, part))
    for time in times:
        inside = any(day.start <= time.start() < day.end for day in days)
        if time.start() not in used and not inside:
            found.append(_meeting(original, None, time, None))
    return tuple(found[:_MOST])


def _some(pattern: Any, text: str) -> list[Any]:
    return [match for match, _ in zip(pattern.finditer(text), range(_MOST), strict=False)]


def _reach(folded: str, days: list[FoundDay], number: int) -> tuple[int, int]:
    """Return where what belongs to a day may stand: in its sentence, between its neighbours."""
    day = days[number]
    first = max(0, day.start - _NEAR, days[number - 1].end if number else 0)
    last = min(day.end + _NEAR, days[number + 1].start if number + 1 < len(days) else len(folded))
    before, after = folded[first : day.start], folded[day.end : last]
    ends = [match.end() for match in _SENTENCE_END.finditer(before)]
    end = _SENTENCE_END.search(after)
    return first + max(ends, default=0), day.end + (end.start() if end else len(after))


def _nearest(day: FoundDay, reach: tuple[int, int], matches: list[Any]) -> Any:
    """Return what stands near a day, rather after than before it; never inside."""
    near = [one for one in matches if reach[0] <= one.start() and one.end() <= reach[1]]
    after = [one for one in near if one.start() >= day.end]
    before = [one for one in near if one.end() <= day.start]
    return after[0] if after else before[-1] if before else None


def _is_an_hour(match: Any, folded: str) -> bool:
    return not (match.group(8) and _NO_HOUR.search(folded[match.end() : match.end() + 20]))


def _clock(match: Any) -> str | None:
    """Return hours and minutes, or None if there is no such time."""
    hour12, minute12, half, hour, minute, full, noon, bare = match.groups()
    if noon:
        return "12:00"
    hours = int(hour12 or hour or full or bare)
    minutes = int(minute12 or minute or 0)
    if half:
        hours = hours % 12 + (12 if half == "p" else 0)
    elif bare and 1 <= hours <= 6:
        hours += 12  # "at 3" is said of working hours
    return f"{hours:02}:{minutes:02}" if hours < 24 and minutes < 60 else None


def _meeting(original: str, day: FoundDay | None, time: Any, part: Any) -> MeetingTime:
    spans = [(day.start, day.end)] if day else []
    spans += [one.span() for one in (time, part) if one]
    start, end = min(span[0] for span in spans), max(span[1] for span in spans)
    groups = part.groups() if part else ()
    return MeetingTime(
        words=original[start:end],
        day=day.day.isoformat() if day and day.other is None else None,
        time=_clock(time) if time else None,
        part_of_day=next((name for name, said in zip(_PARTS, groups, strict=False) if said), None),
    )
