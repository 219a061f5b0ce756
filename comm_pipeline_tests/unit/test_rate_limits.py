"""Rate limits as people write them."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from comm_pipeline.domain.rate_limits import (
    NO_LIMITS,
    RateLimits,
    SendingLimitRules,
    SlidingLimit,
    domain_of_address,
    parse_domain_limits,
    parse_rate_limits,
    parse_warm_up,
)

BERLIN = ZoneInfo("Europe/Berlin")
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def test_limits_are_read() -> None:
    assert parse_rate_limits(" 5000/hour, 10 / Second,2000/business-day ", zone=BERLIN) == (
        RateLimits((SlidingLimit(10, SECOND), SlidingLimit(5000, HOUR)), 2000, zone=BERLIN)
    )


def test_nothing_limits_nothing() -> None:
    assert not parse_rate_limits(" ")
    assert parse_domain_limits("") == {}
    assert parse_warm_up(" ") == ()
    assert not NO_LIMITS


@pytest.mark.parametrize(
    "text", ["10", "10/week", "0/second", "-1/second", "1.5/second", "10/", "/hour", "ten/hour"]
)
def test_what_is_no_limit_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no limit; write .* e\.g\. 10/second"):
        parse_rate_limits(f"5/minute,{text}")


def test_two_limits_of_one_length_are_refused() -> None:
    with pytest.raises(ValueError, match="has two limits a hour; leave one out"):
        parse_rate_limits("5/hour,6/hour")


def test_limits_tell_what_they_are() -> None:
    limits = parse_rate_limits("5000/hour,10/second,300/business-day", warm_up=(50, 100))
    assert str(limits) == "10/second, 5000/hour, 300/business-day, warm-up 50,100"
    assert parse_rate_limits("10/second").sliding == limits.sliding[:1]


def test_limits_by_domain_are_read() -> None:
    found = parse_domain_limits("Gmail.com=100/hour,10/second, *=500/hour,bücher.example=1/hour")
    assert found == {
        "gmail.com": parse_rate_limits("10/second,100/hour"),
        "*": parse_rate_limits("500/hour"),
        "xn--bcher-kva.example": parse_rate_limits("1/hour"),
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("100/hour,gmail.com=5/hour", r"'100/hour': belongs to no domain; write e\.g\. gmail\.com"),
        ("gmail.com=", "gmail.com=: has no limit behind it"),
        ("a.example=1/hour,a.example=2/hour", "names a.example twice"),
        ("ann@a.example=1/hour", "is no domain"),
        ("=1/hour", "is no domain"),
        ("a.example=1/fortnight", "is no limit"),
    ],
)
def test_domain_limits_that_cannot_be_read_are_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_domain_limits(text)


def test_each_domain_has_its_own_limits_or_those_of_every_other() -> None:
    domains = parse_domain_limits("gmail.com=100/hour,*=500/hour")
    rules = SendingLimitRules(providers={}, sender=NO_LIMITS, domains=domains)
    assert str(rules.of_domain("gmail.com")) == "100/hour"
    assert str(rules.of_domain("a.example")) == "500/hour"
    assert not SendingLimitRules({}, NO_LIMITS, {}).of_domain("gmail.com")


def test_a_warm_up_is_read() -> None:
    assert parse_warm_up("50, 100,200") == (50, 100, 200)


@pytest.mark.parametrize("text", ["50,", "50,0", "50,-1", "x", "50;100", "²"])
def test_a_warm_up_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no maximum of a day; write .* e\.g\. 50,100"):
        parse_warm_up(text)


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("ann@Example.COM", "example.com"),
        ("ann@bücher.example", "xn--bcher-kva.example"),
        ("ann@xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("ann@" + "x" * 80 + ".example", "x" * 80 + ".example"),  # too long to be a label
        ("+4930123456", None),
        ("ann@", None),
    ],
)
def test_the_domain_of_an_address(address: str, domain: str | None) -> None:
    assert domain_of_address(address) == domain


def test_the_smaller_of_warm_up_and_business_day_holds() -> None:
    limits = parse_rate_limits("150/business-day", warm_up=(50, 100, 200))
    first = date(2026, 3, 1)
    days = [first + timedelta(days=number) for number in range(5)]
    assert [limits.maximum_on(day, first) for day in days] == [50, 100, 150, 150, 150]
    assert limits.maximum_on(days[3], None) == 50  # nothing sent yet: this would be the first
