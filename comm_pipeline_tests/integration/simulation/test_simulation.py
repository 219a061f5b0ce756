"""Simulations over the real services and a real MongoDB."""

import json
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from comm_pipeline.channels.base import ChannelMessage, SendResult
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.errors import InvalidInputError, InvalidRequestError
from comm_pipeline.reporting.simulation_data import SimulationData
from comm_pipeline.services.engine import open_repositories
from comm_pipeline.simulation.channel import SimulatedChannel
from comm_pipeline.simulation.private_database import PREFIX
from comm_pipeline.simulation.run import VirtualRun
from comm_pipeline.simulation.simulate import Plan, simulate
from comm_pipeline_tests.builders import a_template_document
from comm_pipeline_tests.simulation_builders import (
    START,
    a_plan,
    a_request,
    some_habits,
    some_settings,
    without_effort,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def uri(mongodb_uri: str, database_name: str) -> str:
    return mongodb_uri


async def simulated(
    uri: str, plan: Plan, out: Path | None = None, database: str = "test_not_used"
) -> SimulationData:
    return await simulate(some_settings(uri, database), plan, out, lambda _: None)


def databases(uri: str) -> set[str]:
    with MongoClient[dict[str, Any]](uri) as client:
        return {name for name in client.list_database_names() if name.startswith(PREFIX)}


async def test_the_same_seed_gives_the_same_result(uri: str, tmp_path: Path) -> None:
    one = await simulated(uri, a_plan(), tmp_path / "one")
    same = await simulated(uri, a_plan(), tmp_path / "same")
    other = await simulated(uri, a_plan(seed="2"))

    assert without_effort(one) == without_effort(same)
    assert one.totals != other.totals
    for name in ("messages.jsonl", "decisions.jsonl"):
        assert (tmp_path / "one" / name).read_text() == (tmp_path / "same" / name).read_text()


async def test_the_same_seed_gives_the_same_result_also_where_a_cap_holds_messages(
    uri: str, tmp_path: Path
) -> None:
    news = [{"template": f"News {number}"} for number in range(3)]
    template = a_template_document(
        stages={"news": {"messages": news, "progression_rules": {"response_required": False}}},
        default_initial_stage="news",
        global_settings={"frequency_caps": [{"max_messages": 1, "per_hours": 5}]},
    )
    plan = a_plan(request=a_request(40, template=template))
    one = await simulated(uri, plan, tmp_path / "one")
    same = await simulated(uri, plan, tmp_path / "same")

    assert without_effort(one) == without_effort(same)
    assert one.totals.messages > 80
    for name in ("messages.jsonl", "decisions.jsonl"):
        assert (tmp_path / "one" / name).read_text() == (tmp_path / "same" / name).read_text()


async def test_what_it_counts_agrees_with_what_it_writes(uri: str, tmp_path: Path) -> None:
    data = await simulated(uri, a_plan(), tmp_path)
    lines = (tmp_path / "messages.jsonl").read_text().splitlines()
    messages = [json.loads(line) for line in lines]
    left = [one for one in messages if one.get("left_at")]
    replies = [one for one in messages if one["direction"] == "inbound"]

    assert data.ending.is_complete
    assert (len(left), len(replies)) == (data.totals.messages, data.totals.replies)
    assert len(replies) > 5
    assert sum(day.messages for day in data.days) == sum(hour.messages for hour in data.hours)
    assert sum(day.messages for day in data.days) == data.totals.messages
    assert sum(day.ended for day in data.days) == sum(data.statuses.values()) == 20
    assert sum(data.outcomes.values()) == 20
    assert json.loads((tmp_path / "data.json").read_text()) == data.model_dump(mode="json")
    assert "This is no forecast" in (tmp_path / "index.html").read_text()
    decisions = (tmp_path / "decisions.jsonl").read_text().splitlines()
    assert len(decisions) == sum(one.count for one in data.decisions)
    assert data.funnel[0].written_to == data.totals.written_to


async def test_silent_people_are_followed_up_and_let_go(uri: str) -> None:
    """One person, no answers: message at 0 h, follow-ups at 48 and 96 h, the end at 144 h."""
    silent = some_habits(answer_rate=0, opt_out_rate=0, out_of_office_rate=0, bounce_rate=0)
    data = await simulated(uri, a_plan(1, habits=silent))

    assert data.outcomes == {"no_response": 1}
    assert [(day.messages, day.ended) for day in data.days] == [
        (1, 0),
        (0, 0),
        (1, 0),
        (0, 0),
        (1, 0),
        (0, 0),
        (0, 1),
    ]
    assert data.hours[10].messages == 3  # 09:00 UTC is 10:00 in Berlin
    assert data.ending.last_conversation_at == START + timedelta(hours=144)
    assert [(one.name, one.entered, one.completed) for one in data.funnel] == [
        ("awareness", 1, 0),
        ("decision", 0, 0),
    ]


async def test_who_always_answers_succeeds(uri: str) -> None:
    keen = some_habits(
        answer_rate=1,
        opt_out_rate=0,
        out_of_office_rate=0,
        bounce_rate=0,
        delay_hours={"median": 1, "sigma": 0},
    )
    data = await simulated(uri, a_plan(5, habits=keen))
    assert data.outcomes == {"success": 5}
    assert (data.totals.messages, data.totals.replies) == (10, 10)


async def test_stop_and_missing_mailboxes_are_honoured(uri: str) -> None:
    refusing = some_habits(
        answer_rate=0,
        opt_out_rate=1,
        out_of_office_rate=0,
        bounce_rate=0.5,
        delay_hours={"median": 1, "sigma": 0},
    )
    data = await simulated(uri, a_plan(habits=refusing))
    assert set(data.outcomes) == {"opted_out", "bounced"}
    assert data.totals.messages == data.outcomes["opted_out"] == data.totals.opted_out
    assert {one.rule: one.count for one in data.never_spoke} == {
        "delivery_bounced": data.outcomes["bounced"]
    }
    assert data.held_back[0].rule == "bounced"


async def test_messages_that_had_to_wait_are_told(
    uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, offered = SimulatedChannel.send, set[str]()

    async def defer_first(channel: SimulatedChannel, message: ChannelMessage) -> SendResult:
        if message.idempotency_key not in offered:
            offered.add(message.idempotency_key)
            return SendResult(status=DeliveryStatus.DEFERRED, detail="451 later: please")
        return await send(channel, message)

    monkeypatch.setattr(SimulatedChannel, "send", defer_first)
    silent = some_habits(answer_rate=0, opt_out_rate=0, out_of_office_rate=0, bounce_rate=0)
    data = await simulated(uri, a_plan(2, habits=silent))
    assert data.totals.messages == 6
    assert [(one.rule, one.reason, one.count) for one in data.held_back] == [
        ("waited: 451 later", "please", 6)
    ]


async def test_unusable_recipients_are_told_by_reason(uri: str) -> None:
    request = a_request(2)
    request["recipients"] += ["unknown", {"id": "x", "contact_info": {"email": "nowhere"}}]
    data = await simulated(uri, a_plan(request=request))
    assert {one.rule for one in data.never_spoke if "contact" in one.reason} == {
        "unusable_recipient"
    }
    assert {name for one in data.never_spoke for name in one.recipients} >= {"unknown", "x"}


async def test_time_can_be_over_before_the_campaign(uri: str) -> None:
    until = START + timedelta(hours=49)
    data = await simulated(uri, a_plan(3, until=until, habits=some_habits(answer_rate=0)))
    assert (data.ending.is_complete, data.ending.at) == (False, until)
    assert data.ending.open_conversations == sum(one.count for one in data.still_waiting) > 0


async def test_the_clock_never_goes_back_and_steps_are_a_tick_apart(
    uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    look = VirtualRun._look

    async def watched(run: VirtualRun, *known: Any) -> Any:
        seen.append(run.clock())
        return await look(run, *known)

    monkeypatch.setattr(VirtualRun, "_look", watched)
    tick = timedelta(minutes=30)
    data = await simulated(uri, a_plan(tick=tick))
    assert len(seen) == data.effort.looks > 10
    assert all(later - earlier >= tick for earlier, later in pairwise(seen))


async def test_a_request_to_stop_ends_it_soon_and_drops_the_database(
    uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, runs, look = databases(uri), [], VirtualRun._look

    async def stopped_in_the_third(run: VirtualRun, *known: Any) -> Any:
        runs.append(run)
        if len(runs) == 3:
            run.engine.stop.make()  # what SIGTERM does
        return await look(run, *known)

    monkeypatch.setattr(VirtualRun, "_look", stopped_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        await simulate(some_settings(uri, "test_not_used"), a_plan(), None, lambda _: None)
    assert len(runs) == 3
    assert databases(uri) == before


async def test_the_database_is_dropped_also_after_an_exception(uri: str) -> None:
    before = databases(uri)
    dropped_at = []

    def fail(_: object) -> None:
        dropped_at.append(databases(uri) - before)
        raise RuntimeError("for the test")

    with pytest.raises(RuntimeError, match="for the test"):
        await simulate(some_settings(uri, "test_not_used"), a_plan(), None, fail)
    assert len(dropped_at[0]) == 1
    assert databases(uri) == before


async def test_what_the_request_names_is_taken_over_and_nothing_is_written_back(
    uri: str, database_name: str
) -> None:
    settings = some_settings(uri, database_name)
    contact = {"_id": "c1", "contact_info": {"email": "c1@example.com", "first_name": "Cleo"}}
    async with open_repositories(settings) as (database, repositories):
        await repositories.templates.put("stored", a_template_document(_id="stored"))
        await repositories.contacts.put([contact])
        await repositories.suppressions.add("user_1@example.com", "asked", "test", START)
        request = a_request(2, template_id="stored")
        del request["template"]
        request["recipients"].append("c1")
        silent = some_habits(answer_rate=0, opt_out_rate=0, out_of_office_rate=0, bounce_rate=0)
        data = await simulated(uri, a_plan(request=request, habits=silent), None, database_name)

        assert (data.setup.template_id, data.totals.written_to) == ("stored", 2)
        assert data.outcomes == {"no_response": 2, "opted_out": 1}
        assert await database["campaigns"].count_documents({}) == 0
        assert await database["agent_batch_requests"].count_documents({}) == 0


async def test_more_recipients_than_the_request_has(uri: str) -> None:
    data = await simulated(uri, a_plan(3, recipients=50))
    assert (data.setup.recipients, data.setup.recipients_made_up) == (50, True)
    assert data.known_time_zones == 50


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (a_plan(until=START), "until: .* must come after the start"),
        (a_plan(until=START + timedelta(days=366)), "at most 365 days later"),
        (a_plan(request={"name": "x"}), "template"),
        (a_plan(request=a_request(0)), "recipients: must be a list with at least one"),
        (
            a_plan(request=a_request(1, schedule={"end_date": "2026-03-01T00:00:00Z"})),
            "the request would be refused: schedule.end_date",
        ),
        (a_plan(habits=some_habits(stages={"nowhere": {}})), "stages.nowhere"),
    ],
)
async def test_what_cannot_be_simulated_is_refused_by_field(
    uri: str, plan: Plan, words: str
) -> None:
    before = databases(uri)
    with pytest.raises(InvalidInputError, match=words):
        await simulated(uri, plan)
    assert databases(uri) == before


async def test_a_request_that_does_not_fit_is_refused(uri: str) -> None:
    request = a_request(2)
    request["recipients"][0]["notes"] = "x" * 200_000
    with pytest.raises(InvalidRequestError, match="16 MB"):
        await simulated(uri, a_plan(request=request, recipients=200))
