"""Which messages of a batch may be offered, until when the others wait; no permit is lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from comm_pipeline.domain.rate_limits import (
    NO_LIMITS,
    UNLIMITED,
    RateLimits,
    SendingLimitRules,
    parse_domain_limits,
    parse_rate_limits,
)
from comm_pipeline.services.sending_limits import Sending, SendingLimits
from comm_pipeline.storage.connection import Database, open_database
from comm_pipeline.storage.rate_limits import RateLimitRepository

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
async def database(
    anyio_backend: str, mongodb_uri: str, database_name: str
) -> AsyncIterator[Database]:
    async with open_database(mongodb_uri, database_name) as opened:
        yield opened


def rules(
    provider: str = "", sender: str = "", domains: str = "", warm_up: tuple[int, ...] = ()
) -> SendingLimitRules:
    return SendingLimitRules(
        providers={"email": parse_rate_limits(provider)},
        sender=parse_rate_limits(sender, warm_up=warm_up),
        domains=parse_domain_limits(domains),
    )


def sending(number: int, domain: str = "example.com", sender: str = "a@acme.example") -> Sending:
    return Sending(
        f"message {number}", f"user_{number}@{domain}", sender, "email", "email smtp.example"
    )


def limits_of(database: Database, these: SendingLimitRules) -> SendingLimits:
    return SendingLimits(RateLimitRepository(database), these)


async def test_what_is_not_limited_costs_nothing(database: Database) -> None:
    reservation = await limits_of(database, UNLIMITED).reserve([sending(1)], NOON)
    assert list(reservation.permits) == ["message 1"]
    assert not any(
        [await database[one].find_one() for one in await database.list_collection_names()]
    )


async def test_the_first_ones_go_and_the_others_wait_spread_over_the_time(
    database: Database,
) -> None:
    limits = limits_of(database, rules(provider="10/minute"))
    batch = [sending(number) for number in range(25)]
    reservation = await limits.reserve(batch, NOON)
    assert list(reservation.permits) == [one.id for one in batch[:10]]
    waits = [(wait.until - NOON).total_seconds() for wait in reservation.waiting.values()]
    assert waits == [61] * 10 + [122] * 5
    reason = "rate limit of provider email smtp.example: 10/minute"
    assert {wait.reason for wait in reservation.waiting.values()} == {reason}


async def test_a_second_batch_queues_behind_the_first(database: Database) -> None:
    limits = limits_of(database, rules(provider="10/minute"))
    await limits.reserve([sending(number) for number in range(25)], NOON)
    later = await limits.reserve([sending(25 + number) for number in range(7)], NOON)
    waits = [(wait.until - NOON).total_seconds() for wait in later.waiting.values()]
    assert waits == [122] * 5 + [183] * 2
    due = await limits.reserve([sending(40)], NOON + timedelta(minutes=10))
    assert due.waiting == {}


async def test_each_domain_and_each_sender_is_counted_by_itself(database: Database) -> None:
    limits = limits_of(database, rules(sender="3/hour", domains="gmail.com=1/hour,*=2/hour"))
    batch = [
        sending(0, "gmail.com"),
        sending(1, "GMail.com"),
        sending(2, "one.example"),
        sending(3, "two.example"),
        sending(4, "three.example"),
        sending(5, "gmail.com", "b@acme.example"),
        sending(6, "one.example", "B@acme.example"),
    ]
    reservation = await limits.reserve(batch, NOON)
    assert list(reservation.permits) == [f"message {number}" for number in (0, 2, 6)]
    reasons = {key: wait.reason for key, wait in reservation.waiting.items()}
    assert reasons == {
        "message 1": "rate limit of recipient domain gmail.com: 1/hour",
        "message 3": "rate limit of sender a@acme.example: 3/hour",
        "message 4": "rate limit of sender a@acme.example: 3/hour",
        "message 5": "rate limit of recipient domain gmail.com: 1/hour",
    }


async def test_permits_of_who_is_refused_elsewhere_are_given_back(database: Database) -> None:
    limits = limits_of(
        database, rules(provider="10/hour", sender="10/hour", domains="gmail.com=1/hour")
    )
    first = await limits.reserve([sending(number, "gmail.com") for number in range(9)], NOON)
    assert len(first.permits) == 1
    second = await limits.reserve([sending(20 + number) for number in range(12)], NOON)
    assert len(second.permits) == 9


async def test_permits_of_messages_that_do_not_leave_are_given_back(database: Database) -> None:
    limits = limits_of(database, rules(provider="10/hour", sender="20/hour"))
    first = await limits.reserve([sending(number) for number in range(12)], NOON)
    await limits.release(first, ["message 0", "message 3", "message 11", "unheard of"])
    second = await limits.reserve([sending(20 + number) for number in range(9)], NOON)
    assert len(second.permits) == 2


async def test_a_new_sender_is_warmed_up_day_by_day(database: Database) -> None:
    limits = limits_of(database, rules(warm_up=(3, 6)))
    granted = []
    for day in range(3):
        batch = [sending(100 * day + number) for number in range(10)]
        reservation = await limits.reserve(batch, NOON + timedelta(days=day))
        granted.append(len(reservation.permits))
        if day == 0:
            tomorrow = datetime(2026, 3, 3, tzinfo=UTC)
            assert {wait.until for wait in list(reservation.waiting.values())[:6]} == {tomorrow}
    assert granted == [3, 6, 10]


async def test_channels_without_domains_have_no_domain_limit(database: Database) -> None:
    limits = limits_of(database, rules(domains="*=1/hour"))
    texts = [Sending(f"message {n}", f"+4930{n}", None, "sms", "sms api.example") for n in range(3)]
    assert len((await limits.reserve(texts, NOON)).permits) == 3


async def test_workers_with_clients_of_their_own_share_every_limit(
    mongodb_uri: str, database_name: str
) -> None:
    """Four processes, each with batches that overlap; no limit is exceeded, nobody is forgotten."""
    these = rules("60/hour", "50/hour", "0.example=5/hour,*=30/hour")

    async def work(worker: int) -> list[Sending]:
        sent = []
        async with open_database(mongodb_uri, database_name) as database:
            limits = limits_of(database, these)
            for turn in range(5):
                numbers = range(1000 * worker + 10 * turn, 1000 * worker + 10 * turn + 10)
                batch = [sending(n, f"{n % 3}.example", f"{n % 2}@acme.example") for n in numbers]
                reservation = await limits.reserve(batch, NOON)
                assert {*reservation.permits, *reservation.waiting} == {one.id for one in batch}
                assert not {*reservation.permits} & {*reservation.waiting}
                sent += [one for one in batch if one.id in reservation.permits]
        return sent

    sent = [one for each in await asyncio.gather(*map(work, range(4))) for one in each]
    assert len(sent) <= 60
    for name, most in {"0.example": 5, "1.example": 30, "2.example": 30}.items():
        assert sum(one.address.endswith(name) for one in sent) <= most
    for sender in ("0@acme.example", "1@acme.example"):
        assert sum(one.sender == sender for one in sent) <= 50
    async with open_database(mongodb_uri, database_name) as database:
        more = [sending(9000 + n, "1.example", "0@acme.example") for n in range(60)]
        rest = await limits_of(database, these).reserve(more, NOON)
    # Whatever was held for a moment only has been given back: what is left is there to be had.
    in_domain = sum(one.address.endswith("1.example") for one in sent)
    of_sender = sum(one.sender == "0@acme.example" for one in sent)
    assert len(rest.permits) == min(60 - len(sent), 30 - in_domain, 50 - of_sender)


def test_no_limits_are_no_limits() -> None:
    assert not NO_LIMITS
    assert not RateLimits()
