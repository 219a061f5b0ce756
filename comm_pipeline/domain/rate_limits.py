"""Rate limits: how many messages may leave in a time, and how people write that down.

A sliding limit counts the messages of the last second, minute, hour or day, whenever one looks. A
``business-day`` limit counts the local days of a time zone, from midnight to midnight, as mailbox
providers' quotas and people do. A warm-up gives a new sender's first days a maximum each.

What has been used up of a limit is in ``rate_usage``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

#: The lengths of sliding limits by name, shortest first.
_LENGTHS: Final = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}
_BUSINESS_DAY: Final = "business-day"
_NAMES: Final = {length: name for name, length in _LENGTHS.items()}
_RATE: Final = re.compile(r"([0-9]{1,9})\s*/\s*([a-z-]+)")
_DOMAIN: Final = re.compile(r"[^\s@,=/*.]+(\.[^\s@,=/*.]+)*")
_NO_ZONE: Final = ZoneInfo("UTC")

#: Stands for each domain that is not named; every domain has its own count.
EVERY_OTHER_DOMAIN: Final = "*"


@dataclass(frozen=True, slots=True)
class SlidingLimit:
    """At most ``maximum`` in any time of ``length``."""

    maximum: int
    length: timedelta

    def __str__(self) -> str:
        return f"{self.maximum}/{_NAMES.get(self.length, self.length)}"


@dataclass(frozen=True, slots=True)
class RateLimits:
    """All limits of one sender, provider or recipient domain; they hold together.

    ``business_day`` is the maximum of a local day of ``zone``; ``warm_up`` the maxima of the first
    local days, the first of which is that of the first message.
    """

    sliding: tuple[SlidingLimit, ...] = ()
    business_day: int | None = None
    warm_up: tuple[int, ...] = ()
    zone: ZoneInfo = _NO_ZONE

    def __bool__(self) -> bool:
        return bool(self.sliding or self.warm_up or self.business_day is not None)

    def __str__(self) -> str:
        texts = [str(limit) for limit in self.sliding]
        if self.business_day is not None:
            texts.append(f"{self.business_day}/{_BUSINESS_DAY}")
        if self.warm_up:
            texts.append(f"warm-up {','.join(map(str, self.warm_up))}")
        return ", ".join(texts)

    def maximum_on(self, day: date, first_day: date | None) -> int | None:
        """Return the maximum of a local day; None if only sliding limits hold.

        Before the first message every day would be the first.
        """
        number = max(0, (day - (first_day or day)).days)
        warm_up = self.warm_up[number : number + 1]
        return min((*warm_up, *self._business_days()), default=None)

    def _business_days(self) -> tuple[int, ...]:
        return () if self.business_day is None else (self.business_day,)


NO_LIMITS: Final = RateLimits()


@dataclass(frozen=True, slots=True)
class SendingLimitRules:
    """What limits apply to whom.

    ``providers`` is by channel name and counted for each provider by itself; ``sender`` counts each
    sender address, and ``domains`` each recipient domain, by itself. ``catch_up`` is for the
    overdue messages of each campaign.
    """

    providers: Mapping[str, RateLimits]
    sender: RateLimits
    domains: Mapping[str, RateLimits]
    catch_up: RateLimits = NO_LIMITS

    def __bool__(self) -> bool:
        """Whether anything is limited that leaves in time."""
        return bool(self.sender or self.domains or any(self.providers.values()))

    def of_domain(self, domain: str) -> RateLimits:
        """Return the limits of a recipient domain in its normal form."""
        return self.domains.get(domain) or self.domains.get(EVERY_OTHER_DOMAIN, NO_LIMITS)


UNLIMITED: Final = SendingLimitRules(providers={}, sender=NO_LIMITS, domains={})


def parse_rate_limits(
    text: str, *, warm_up: tuple[int, ...] = (), zone: ZoneInfo = _NO_ZONE
) -> RateLimits:
    """Read limits such as ``10/second,5000/hour,2000/business-day``; empty text limits nothing.

    Raises ValueError that says what to write.
    """
    maxima: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        maximum, unit = _parse_rate(part)
        if unit in maxima:
            raise ValueError(f"{text!r:.200}: has two limits a {unit}; leave one out")
        maxima[unit] = maximum
    business_day = maxima.pop(_BUSINESS_DAY, None)
    shortest_first = sorted(maxima, key=lambda unit: _LENGTHS[unit])
    sliding = tuple(SlidingLimit(maxima[unit], _LENGTHS[unit]) for unit in shortest_first)
    return RateLimits(sliding, business_day, warm_up, zone)


def parse_domain_limits(text: str, *, zone: ZoneInfo = _NO_ZONE) -> dict[str, RateLimits]:
    """Read limits by recipient domain such as ``gmail.com=100/hour,10/second,*=500/hour``.

    What has no ``=`` is a further limit of the domain before it; ``*`` is each other domain.
    Raises ValueError that says what to write.
    """
    rates: dict[str, list[str]] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, rate = part.rpartition("=")
        if equals:
            domain = _parse_domain(name, text)
            if domain in rates:
                raise ValueError(f"{text!r:.200}: names {domain} twice; list its limits behind one")
            rates[domain] = []
        elif not rates:
            raise ValueError(f"{part!r:.80}: belongs to no domain; write e.g. gmail.com={part}")
        rates[next(reversed(rates))].append(rate)
    return {domain: _limits_of(domain, parts, zone) for domain, parts in rates.items()}


def parse_warm_up(text: str) -> tuple[int, ...]:
    """Read the maxima of a sender's first days, such as ``50,100,200,400``.

    Raises ValueError that says what to write.
    """
    if not text.strip():
        return ()
    parts = [part.strip() for part in text.split(",")]
    for part in parts:
        if not (part.isascii() and part.isdigit() and len(part) <= 9 and int(part) > 0):
            raise ValueError(
                f"{part!r:.80}: is no maximum of a day; write whole numbers of at least 1, "
                "separated by commas, one for each day, e.g. 50,100,200,400"
            )
    return tuple(map(int, parts))


def domain_of_address(address: str) -> str | None:
    """Return the domain of a mail address as mail servers name it; None if it has none."""
    _, at, domain = address.rpartition("@")
    return _normal_domain(domain) if at and domain.strip() else None


def _parse_rate(text: str) -> tuple[int, str]:
    match = _RATE.fullmatch(text.lower())
    if match is None or match[2] not in {*_LENGTHS, _BUSINESS_DAY} or int(match[1]) == 0:
        raise ValueError(
            f"{text!r:.80}: is no limit; write a whole number of at least 1, a slash and one of "
            f"{', '.join((*_LENGTHS, _BUSINESS_DAY))}, e.g. 10/second"
        )
    return int(match[1]), match[2]


def _parse_domain(name: str, text: str) -> str:
    name = name.strip()
    if name == EVERY_OTHER_DOMAIN:
        return name
    if _DOMAIN.fullmatch(name) is None:
        raise ValueError(
            f"{name!r:.80} in {text!r:.200}: is no domain; write e.g. gmail.com=100/hour, "
            "or *=500/hour for each other domain"
        )
    return _normal_domain(name)


def _limits_of(domain: str, parts: list[str], zone: ZoneInfo) -> RateLimits:
    limits = parse_rate_limits(",".join(parts), zone=zone)
    if not limits:
        raise ValueError(f"{domain}=: has no limit behind it; write e.g. {domain}=100/hour")
    return limits


def _normal_domain(domain: str) -> str:
    lower = domain.strip().rstrip(".").lower()
    try:
        return lower.encode("idna").decode("ascii")
    except UnicodeError:  # no name of the domain name system, but still one name
        return lower
