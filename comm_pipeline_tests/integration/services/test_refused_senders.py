"""A real mail server that refuses us, or one of our senders, below a whole campaign."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from comm_pipeline.channels.base import SendResult
from comm_pipeline.channels.email_smtp import SmtpChannel
from comm_pipeline.domain.circuit_breaker import ProviderAnswer
from comm_pipeline.domain.circuit_breaker_rules import BreakerRules
from comm_pipeline.domain.messages import OutboundMessage
from comm_pipeline.domain.rate_limits import UNLIMITED
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.services.provider_gates import Passed, ProviderGates, ProviderRules
from comm_pipeline.storage.connection import Doc
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import MovedClock, Pipeline, a_pipeline
from comm_pipeline_tests.integration.services.test_delivery import CAMPAIGN
from comm_pipeline_tests.smtp_servers import Script, ScriptedConnection, an_smtp_config, smtp_server

pytestmark = pytest.mark.anyio

PEOPLE = 40
A, B = "a@acme.example", "b@acme.example"
#: What the server says to a command, by what stands behind it and in MAIL; None: it is well.
Refusal = Callable[[str], str | None]


class Refusing:
    """Where the server refuses what, until it is told otherwise, and what it was offered."""

    def __init__(self, where: str, refusal: Refusal) -> None:
        self.refusal: Refusal | None = refusal
        self.offered: Counter[str] = Counter()
        self.script = Script(**{where: self._answer})

    def _answer(self, connection: ScriptedConnection) -> str | None:
        self.offered[connection.argument] += 1
        said = f"{connection.argument} from {connection.envelope.mail_from}"
        return self.refusal(said) if self.refusal else None


def always(words: str) -> Refusal:
    return lambda _: words


def of(part: str, words: str) -> Refusal:
    return lambda said: words if part in said else None


@asynccontextmanager
async def a_campaign(
    uri: str, database: str, refusing: Refusing, *more_senders: str
) -> AsyncIterator[Pipeline]:
    clock = MovedClock()
    async with smtp_server(refusing.script) as server:
        config = an_smtp_config(server.port, sender=A, more_senders=more_senders)
        channel = SmtpChannel(config, clock)
        async with a_pipeline(uri, database, clock=clock, channel=channel) as pipeline:
            await pipeline.insert(a_batch_request(recipient_count=PEOPLE))
            await pipeline.sweep()
            yield pipeline


async def statuses(pipeline: Pipeline) -> dict[str, int]:
    return dict(await pipeline.repositories.ledger.count_by_status(CAMPAIGN))


async def suppressed(pipeline: Pipeline) -> int:
    return await pipeline.repositories.suppressions._collection.count_documents({})


async def alerts(pipeline: Pipeline) -> dict[str, str]:
    found = await pipeline.repositories.alerts.find_latest(10)
    return {str(one["_id"]).partition(" ")[0]: str(one["message"]) for one in found}


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("at_rcpt", "550 5.1.8 <a@acme.example>: Sender address rejected: Domain not found"),
        ("at_rcpt", "550 relay not permitted"),
        ("at_rcpt", "554 5.7.1 <user_1@example.com>: Relay access denied"),
        ("at_mail", "550 5.7.60 Client does not have permissions to send as this sender"),
        ("at_body", "550 5.1.8 Bad sender's system address"),
    ],
)
async def test_wrong_settings_cost_nobody_anything(
    mongodb_uri: str, database_name: str, where: str, words: str
) -> None:
    refusing = Refusing(where, always(words))
    async with a_campaign(mongodb_uri, database_name, refusing) as pipeline:
        await pipeline.sweep(seconds=20)
        assert (await statuses(pipeline)).keys() == {"deferred", "queued"}
        # The provider is left alone after five.
        assert sum(refusing.offered.values()) < PEOPLE / 2
        told = await alerts(pipeline)
        assert told.keys() == {"provider:email"}
        assert "SMTP_SENDER" in told["provider:email"]
        assert "SMTP_USERNAME" in told["provider:email"]

        refusing.refusal = None  # somebody has corrected it
        for _ in range(3):
            await pipeline.sweep(minutes=15)
        assert await statuses(pipeline) == {"sent": PEOPLE}
        assert await suppressed(pipeline) == 0


async def test_what_one_domain_thinks_of_us_stops_nobody_else(
    mongodb_uri: str, database_name: str
) -> None:
    words = "554 5.7.1 blocked: your domain has a bad reputation"
    refusing = Refusing("at_rcpt", of("<user_7@", words))
    async with a_campaign(mongodb_uri, database_name, refusing) as pipeline:
        assert await statuses(pipeline) == {"sent": PEOPLE - 1, "failed": 1}
        assert await suppressed(pipeline) == 0
        assert await alerts(pipeline) == {}


async def test_who_does_not_exist_is_suppressed(mongodb_uri: str, database_name: str) -> None:
    refusing = Refusing("at_rcpt", of("<user_7@", "550 No such user here"))
    async with a_campaign(mongodb_uri, database_name, refusing) as pipeline:
        assert await statuses(pipeline) == {"sent": PEOPLE - 1, "bounced": 1}
        found = await pipeline.repositories.suppressions.find(["user_7@example.com"])
        assert found.keys() == {"user_7@example.com"}


def senders_of(documents: list[Doc], pipeline: Pipeline) -> Counter[str]:
    return Counter(pipeline.channel.sender_for(one["conversation_id"]) for one in documents)


@pytest.mark.parametrize(
    ("where", "refusal", "is_told"),
    [
        ("at_mail", of(A, "451 4.7.1 sender rate exceeded"), False),
        ("at_mail", of(A, "550 5.7.60 no permissions to send as this sender"), True),
        ("at_rcpt", of(A, f"550 5.1.8 <{A}>: Sender address rejected: Domain not found"), True),
    ],
)
async def test_of_two_senders_the_other_ones_messages_leave_at_once(
    mongodb_uri: str, database_name: str, where: str, refusal: Refusal, *, is_told: bool
) -> None:
    refusing = Refusing(where, refusal)
    async with a_campaign(mongodb_uri, database_name, refusing, B) as pipeline:
        ledger = pipeline.repositories.ledger._collection
        waiting = senders_of(await ledger.find({"status": "deferred"}).to_list(), pipeline)
        left = senders_of(await ledger.find({"status": "sent"}).to_list(), pipeline)
        assert waiting.keys() == {A}
        assert left.keys() == {B}
        assert waiting.total() + left.total() == PEOPLE
        assert (await alerts(pipeline)).keys() == ({f"sender:{A}"} if is_told else set())

        offered = refusing.offered.total()
        await pipeline.sweep(seconds=20)
        assert refusing.offered.total() == offered  # each waits for its own next attempt
        refusing.refusal = None
        await pipeline.sweep(minutes=15)
        assert await statuses(pipeline) == {"sent": PEOPLE}


async def test_with_every_sender_refused_nothing_is_offered_more_often(
    mongodb_uri: str, database_name: str
) -> None:
    words = "550 5.1.8 Sender address rejected: Domain not found"
    refusing = Refusing("at_rcpt", always(words))
    async with a_campaign(mongodb_uri, database_name, refusing, B) as pipeline:
        for _ in range(5):
            await pipeline.sweep(seconds=10)
        assert refusing.offered.total() == PEOPLE
        assert await statuses(pipeline) == {"deferred": PEOPLE}
        assert (await alerts(pipeline)).keys() == {f"sender:{A}", f"sender:{B}"}
        assert await suppressed(pipeline) == 0


async def test_a_provider_that_was_down_is_tried_with_the_sender_that_is_not_refused(
    mongodb_uri: str, database_name: str
) -> None:
    refusing = Refusing("at_mail", of(A, "451 4.7.1 sender rate exceeded"))
    async with a_campaign(mongodb_uri, database_name, refusing, B) as pipeline:
        clock, channel = pipeline.clock, pipeline.channel
        rules = ProviderRules(UNLIMITED, BreakerRules(), timedelta(hours=1))
        gates = ProviderGates(pipeline.repositories, rules, clock)
        entries = await pipeline.repositories.ledger._collection.find().to_list()
        found = [OutboundMessage.model_validate(one) for one in entries]
        found.sort(key=lambda one: channel.sender_for(one.conversation_id))
        group = [
            Passed(one, clock(), sender=channel.sender_for(one.conversation_id)) for one in found
        ]
        for one in group[:5]:
            down = SendResult(
                status=DeliveryStatus.DEFERRED, detail="gone", provider_answer=ProviderAnswer.BAD
            )
            await gates.heard(channel, one, down, clock())
        clock.move(seconds=31)
        (first,) = (await gates.admit(channel, group)).admitted
        assert channel.sender_for(first.message.conversation_id) == A
        says_nothing = SendResult(
            status=DeliveryStatus.DEFERRED, detail="451", provider_answer=ProviderAnswer.NEUTRAL
        )
        await gates.heard(channel, first, says_nothing, clock())
        admission = await gates.admit(channel, group)
        (second,) = admission.admitted
        assert channel.sender_for(second.message.conversation_id) == B
        assert len(admission.waiting) == PEOPLE - 1


async def test_an_alert_that_cannot_be_written_leaves_no_answer_unsettled(
    mongodb_uri: str, database_name: str
) -> None:
    """What became of a message is known when the alert is raised."""
    clock, refusing = MovedClock(), Refusing("at_mail", always("550 5.7.60 not as this sender"))
    async with smtp_server(refusing.script) as server:
        channel = SmtpChannel(an_smtp_config(server.port, sender=A), clock)
        async with a_pipeline(mongodb_uri, database_name, clock=clock, channel=channel) as pipeline:
            await pipeline.repositories.initialize()
            await pipeline.repositories.alerts._db.command(
                {"collMod": "operator_alerts", "validator": {"nobody_may": True}}
            )
            await pipeline.insert(a_batch_request(recipient_count=PEOPLE))
            await pipeline.sweep()
            found = await statuses(pipeline)
            assert found.keys() == {"deferred", "queued"}
            assert found["deferred"] == refusing.offered.total()


async def test_the_alert_of_a_provider_tells_what_was_bad(
    mongodb_uri: str, database_name: str
) -> None:
    """Whichever of many answers at once is noted last."""
    clock = MovedClock()
    async with a_pipeline(mongodb_uri, database_name, clock=clock) as pipeline:
        await pipeline.insert(a_batch_request(recipient_count=6))
        await pipeline.sweep()
        entries = await pipeline.repositories.ledger._collection.find().to_list()
        passed = [Passed(OutboundMessage.model_validate(one), clock()) for one in entries]
        rules = ProviderRules(UNLIMITED, BreakerRules(), timedelta(hours=1))
        gates = ProviderGates(pipeline.repositories, rules, clock)
        bad = SendResult(
            status=DeliveryStatus.DEFERRED, detail="gone", provider_answer=ProviderAnswer.BAD
        )
        says_nothing = SendResult(status=DeliveryStatus.DEFERRED, detail="greylisted")
        # From the first failure on every answer is noted, and all that come meanwhile together.
        await gates.heard(pipeline.channel, passed[0], bad, clock())
        answers = zip(passed[1:], [bad] * 4 + [says_nothing], strict=True)
        hearing = (gates.heard(pipeline.channel, one, said, clock()) for one, said in answers)
        await asyncio.gather(*hearing)
        (told,) = (await alerts(pipeline)).values()
        assert told.endswith("its last answer: gone")
