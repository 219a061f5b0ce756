"""What every analyser of replies must do, run over every analyser."""

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import bson
import pytest

from comm_pipeline.bot.analyser import Analyser, ReplyToAnalyse, RulesAnalyser
from comm_pipeline.domain.analysis import Analysis, ReplyKind
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline_tests.builders import A_POSSIBLE_OPT_OUT, a_template
from comm_pipeline_tests.chat_servers import a_model_analyser, answers, depends, fails
from comm_pipeline_tests.http_servers import Behaviour

pytestmark = pytest.mark.anyio

RECEIVED_AT = datetime(2026, 3, 4, 10, tzinfo=UTC)

ANALYSERS: dict[str, Callable[[], AbstractAsyncContextManager[Analyser]]] = {
    "rules": RulesAnalyser,
    "llm": lambda: a_model_analyser(depends(_understood)),
    "llm that fails": lambda: a_model_analyser(fails(500)),
}


def _understood(question: str) -> Behaviour:
    """Understand as much as these tests need, from the question alone."""
    understanding: dict[str, Any] = {
        "intents": [],
        "sentiment": "neutral",
        "sentiment_score": 0,
        "confidence": 0.9,
    }
    if "tomorrow at 10am" in question:
        (today,) = re.findall(r"came on \w+, ([-0-9]+)", question)
        tomorrow = date.fromisoformat(today) + timedelta(days=1)
        words = {"words": "tomorrow at 10am", "day": tomorrow.isoformat(), "time": "10:00"}
        understanding["meeting_times"] = [words]
    return answers(understanding)


@pytest.fixture(params=ANALYSERS)
def make(request: pytest.FixtureRequest) -> Callable[[], AbstractAsyncContextManager[Analyser]]:
    return ANALYSERS[request.param]


def a_reply(text: str, **further: Any) -> ReplyToAnalyse:
    template = further.pop("template", a_template())
    fields: dict[str, Any] = {"received_at": RECEIVED_AT, "stage": template.stages[0]}
    return ReplyToAnalyse(text=text, template=template, **fields | further)


async def test_says_who_analysed(make: Any) -> None:
    async with make() as analyser:
        found = await analyser.analyse(a_reply("Yes, tell me more"))
    who = RulesAnalyser if found.fallback_reason else analyser
    assert (found.analyser, found.analyser_version) == (who.name, who.version)
    assert analyser.name
    assert analyser.version


@pytest.mark.parametrize("text", ["", " ", "\x00", "?", "🙂" * 2_000, "a\n" * 5_000, "> quoted\n"])
async def test_whatever_is_written_gets_an_analysis_that_can_be_stored(
    make: Any, text: str
) -> None:
    async with make() as analyser:
        found = await analyser.analyse(a_reply(text))
    stored = bson.decode(bson.encode(found.model_dump()), bson.CodecOptions(tz_aware=True))
    assert Analysis.model_validate(stored) == found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Please unsubscribe me.", ReplyKind.OPT_OUT),
        ("I am out of the office until 12 March.", ReplyKind.OUT_OF_OFFICE),
        ("This is an automatic reply. We have received your message.", ReplyKind.AUTO_REPLY),
        ("Sounds interesting, tell me more.", ReplyKind.GENUINE),
    ],
)
async def test_tells_people_from_machines_and_from_those_who_want_out(
    make: Any, text: str, kind: ReplyKind
) -> None:
    async with make() as analyser:
        found = await analyser.analyse(a_reply(text))
    assert found.kind is kind
    assert found.is_opt_out is (kind is ReplyKind.OPT_OUT)


@pytest.mark.parametrize("kind", [MailKind.OUT_OF_OFFICE, MailKind.AUTO_REPLY])
async def test_headers_that_tell_of_a_machine_are_believed(make: Any, kind: MailKind) -> None:
    async with make() as analyser:
        found = await analyser.analyse(a_reply("Yes, count me in!", mail_kind=kind))
    assert found.kind == kind.value
    assert (found.intents, found.named_responses, found.usage) == ((), (), None)


async def test_who_wants_out_is_heard_whatever_headers_say(make: Any) -> None:
    async with make() as analyser:
        found = await analyser.analyse(a_reply("Unsubscribe", mail_kind=MailKind.AUTO_REPLY))
    assert found.is_opt_out


async def test_what_may_be_an_opt_out_stays_one_whatever_headers_say(make: Any) -> None:
    reply = a_reply(A_POSSIBLE_OPT_OUT, mail_kind=MailKind.AUTO_REPLY)
    async with make() as analyser:
        found = await analyser.analyse(reply)
    assert (found.kind, found.may_be_opt_out) == (ReplyKind.AUTO_REPLY, True)
    assert [*found.evidence] == ["possible_opt_out"]


async def test_days_count_in_the_writers_time_zone(make: Any) -> None:
    """At 20:00 UTC on 4 March it is 5 March in Sydney; tomorrow is the 6th."""
    late = datetime(2026, 3, 4, 20, tzinfo=UTC)
    reply = a_reply("Can we talk tomorrow at 10am?", received_at=late, time_zone="Australia/Sydney")
    async with make() as analyser:
        (time,) = (await analyser.analyse(reply)).meeting_times
    assert (time.day, time.time) == ("2026-03-06", "10:00")


async def test_an_absence_ends_when_the_day_begins_for_the_writer(make: Any) -> None:
    """Midnight in New York is 05:00 UTC in winter."""
    reply = a_reply("I am out of the office and back on 6 March.", time_zone="America/New_York")
    async with make() as analyser:
        found = await analyser.analyse(reply)
    assert found.out_of_office_until == datetime(2026, 3, 6, 5, tzinfo=UTC)


async def test_a_reply_of_the_first_day_that_there_is_gets_an_analysis(make: Any) -> None:
    reply = a_reply(
        "Tomorrow", received_at=datetime.min.replace(tzinfo=UTC), time_zone="America/New_York"
    )
    async with make() as analyser:
        assert (await analyser.analyse(reply)).analyser
