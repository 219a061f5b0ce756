"""The client of a language model against a real server: questions, failures, and what they take."""

import asyncio
import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from pydantic import BaseModel, Field

from comm_pipeline.bot.model_failures import FailureKind, NoModelAnswerError
from comm_pipeline.bot.model_questions import Question
from comm_pipeline.domain.analysis import ModelUsage
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline_tests.chat_servers import (
    INPUT_TOKENS,
    MODEL,
    NOW,
    OUTPUT_TOKENS,
    answers,
    asked_model,
    completion,
    fails,
    refuses,
    talks,
)
from comm_pipeline_tests.counted_budget import CountedBudget
from comm_pipeline_tests.http_servers import (
    Behaviour,
    Seen,
    drops,
    hangs,
    in_turn,
    says,
    says_json,
)

pytestmark = pytest.mark.anyio

TODAY = NOW.date()
TOKENS = INPUT_TOKENS + OUTPUT_TOKENS


class Sum(BaseModel):
    total: int = Field(ge=0, le=100)


QUESTION = Question(instructions="Add up.", data="1 + 2", answer=Sum)
#: A token for each three of the characters: 12 of the texts, and those of the form.
ASKED = (12 + len(json.dumps(Sum.model_json_schema()))) // 3


async def failure_of(
    behaviour: Behaviour, budget: CountedBudget | None = None, **config: object
) -> NoModelAnswerError:
    async with asked_model(behaviour, budget, **config) as (model, _):
        with pytest.raises(NoModelAnswerError) as caught:
            await model.ask(QUESTION)
    return caught.value


async def test_a_good_answer_has_its_type_and_its_cost() -> None:
    budget = CountedBudget()
    prices = {"input_price": 3.0, "output_price": 15.0}
    async with asked_model(answers({"total": 3}), budget, **prices) as (model, server):
        answer = await model.ask(QUESTION)
    assert answer.output == Sum(total=3)
    # (100 x 3 + 20 x 15) / 1,000,000
    assert answer.usage.cost == pytest.approx(0.0006)
    assert answer.usage.tokens == TOKENS
    assert budget.tokens == {TODAY: TOKENS}
    [request] = server.requests
    assert request.path == "/v1/chat/completions"
    assert [one["content"] for one in request.document["messages"]] == ["Add up.", "1 + 2"]
    assert request.document["max_tokens"] == 2_000


async def test_the_key_goes_to_the_service_and_nothing_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-another")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-another")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1")
    async with asked_model(answers({"total": 3}), api_key="sk-ours") as (model, server):
        await model.ask(QUESTION)
    headers = server.requests[0].headers
    assert headers["authorization"] == "Bearer sk-ours"
    assert not [value for value in headers.values() if "another" in value]


@pytest.mark.parametrize(
    ("mode", "behaviour"),
    [
        ("tool", answers({"total": 3})),
        ("json_schema", talks('{"total": 3}')),
        ("prompt", talks('{"total": 3}')),
    ],
)
async def test_a_model_is_held_to_the_form_in_each_way(mode: str, behaviour: Behaviour) -> None:
    async with asked_model(behaviour, output_mode=mode) as (model, server):
        assert (await model.ask(QUESTION)).output == Sum(total=3)
    asked = server.requests[0].document
    assert ("tools" in asked) is (mode == "tool")
    assert ("response_format" in asked) is (mode == "json_schema")
    assert "total" in server.requests[0].body.decode()


async def test_free_text_is_an_answer_too() -> None:
    async with asked_model(talks("Three.")) as (model, _):
        answer = await model.ask(Question(instructions="Say it.", data="3", answer=str))
    assert answer.output == "Three."


async def test_a_wrong_form_may_be_corrected_once() -> None:
    budget = CountedBudget()
    behaviour = in_turn(answers({"total": 101}), answers({"total": 100}))
    async with asked_model(behaviour, budget) as (model, _):
        answer = await model.ask(QUESTION)
    assert answer.output == Sum(total=100)
    assert (answer.usage.requests, answer.usage.tokens) == (2, 2 * TOKENS)
    assert budget.tokens == {TODAY: 2 * TOKENS}


FAILURES: dict[str, tuple[Callable[[], Behaviour], FailureKind, int]] = {
    "another type": (lambda: answers({"total": "many"}), FailureKind.INVALID, 2 * TOKENS),
    "out of bounds": (lambda: answers({"total": 101}), FailureKind.INVALID, 2 * TOKENS),
    "broken JSON": (lambda: answers('{"total":'), FailureKind.INVALID, 2 * TOKENS),
    "only text": (lambda: talks("Three."), FailureKind.INVALID, 2 * TOKENS),
    "cut": (
        lambda: says_json(200, completion({"content": None}, "length")),
        FailureKind.INVALID,
        TOKENS,
    ),
    "not even JSON": (
        lambda: says(200, "{{{", Content_Type="application/json"),
        FailureKind.UNAVAILABLE,
        0,
    ),
    "refusing": (refuses, FailureKind.REFUSED, TOKENS),
    "filtered": (
        lambda: says_json(200, completion({}, "content_filter")),
        FailureKind.REFUSED,
        TOKENS,
    ),
    "rate-limited": (lambda: fails(429, "rate_limit_exceeded"), FailureKind.RATE_LIMITED, 0),
    "used up": (lambda: fails(429, "insufficient_quota"), FailureKind.RATE_LIMITED, 0),
    "broken": (lambda: fails(500), FailureKind.UNAVAILABLE, 0),
    "overloaded": (lambda: fails(503), FailureKind.UNAVAILABLE, 0),
    "drops the connection": (drops, FailureKind.UNAVAILABLE, 0),
    "another key": (lambda: fails(401, "invalid_api_key"), FailureKind.REJECTED, 0),
    "another model": (lambda: fails(404, "model_not_found"), FailureKind.REJECTED, 0),
    "another question": (lambda: fails(400), FailureKind.REJECTED, 0),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_whatever_the_service_does_has_a_reason_and_is_counted(name: str) -> None:
    behaviour, kind, taken = FAILURES[name]
    budget = CountedBudget()
    failure = await failure_of(behaviour(), budget)
    assert failure.kind is kind
    assert str(failure).startswith(f"{kind}: ")
    assert failure.usage is not None
    assert failure.usage.tokens == taken
    assert budget.tokens == {TODAY: taken}


async def test_who_is_too_slow_is_not_waited_for_and_counts_as_asked() -> None:
    budget = CountedBudget()
    failure = await failure_of(hangs(), budget, timeout_seconds=0.1, max_answer_tokens=50)
    assert failure.kind is FailureKind.TIMEOUT
    assert budget.tokens == {TODAY: ASKED + 50}  # nobody knows how long the answer was


async def test_a_service_that_tells_no_tokens_takes_what_was_reserved() -> None:
    budget = CountedBudget()
    behaviour = answers({"total": 3}, usage=None)
    async with asked_model(behaviour, budget, max_answer_tokens=50) as (model, _):
        await model.ask(QUESTION)
    assert budget.tokens == {TODAY: ASKED + 50}


IMPOSSIBLE: dict[str, dict[str, object]] = {
    "negative": {"prompt_tokens": -5, "completion_tokens": -5},
    "a negative answer": {"prompt_tokens": 100, "completion_tokens": -1},
    "nothing": {"prompt_tokens": 0, "completion_tokens": 0},
    "more than a database holds": {"prompt_tokens": 10**19, "completion_tokens": 1},
    "more than a float holds": {"prompt_tokens": 10**400, "completion_tokens": 1},
    "a longer answer than any": {"prompt_tokens": 100, "completion_tokens": 50 * 4 + 1},
}


@pytest.mark.filterwarnings("ignore:Failed to extract usage")
@pytest.mark.parametrize("name", IMPOSSIBLE)
async def test_tokens_that_cannot_be_are_not_believed(name: str) -> None:
    budget = CountedBudget()
    usage = {**IMPOSSIBLE[name], "total_tokens": 1}
    behaviour = answers({"total": 3}, usage=usage)
    async with asked_model(behaviour, budget, max_answer_tokens=50, input_price=2.0) as (model, _):
        answer = await model.ask(QUESTION)
    assert answer.output == Sum(total=3)
    assert (answer.usage.tokens, answer.usage.cost) == (0, 0.0)
    assert budget.tokens == {TODAY: ASKED + 50}


@pytest.mark.parametrize(
    "behaviour",
    [
        says(200, "<html>", Content_Type="text/html"),
        says_json(200, {"total": 3}),
        answers({"total": 3}, usage={"prompt_tokens": 1.5, "completion_tokens": 1}),
        says_json(200, completion({"refusal": "no"}, usage={"prompt_tokens": 10**400})),
    ],
)
async def test_an_answer_in_which_no_tokens_can_be_read_takes_what_was_reserved(
    behaviour: Behaviour,
) -> None:
    budget = CountedBudget()
    failure = await failure_of(behaviour, budget, max_answer_tokens=50)
    assert failure.kind is FailureKind.INVALID
    assert budget.tokens == {TODAY: ASKED + 50}


class BrokenBudget(CountedBudget):
    """A budget that nothing can be put into any more."""

    async def settle(self, day: date, reserved: int, usage: ModelUsage, now_taken: int) -> None:
        raise OverflowError(f"{now_taken} of {day}")


async def test_what_cannot_be_counted_is_no_answer() -> None:
    budget = BrokenBudget()
    failure = await failure_of(answers({"total": 3}), budget, max_answer_tokens=50)
    assert (failure.kind, str(failure)) == (
        FailureKind.ERROR,
        "error: what it took could not be counted (OverflowError)",
    )
    assert budget.tokens == {TODAY: ASKED + 50}


async def test_errors_do_not_repeat_what_the_service_says() -> None:
    said = {"error": {"message": "no: 1 + 2 of bob@example.com", "code": "bob@example.com"}}
    failure = await failure_of(says_json(400, said))
    assert "bob" not in str(failure)


async def test_nothing_is_asked_beyond_the_budget_of_the_day() -> None:
    days = {"now": NOW}
    # After one call, 120 tokens are taken: there is room for the reservation of a second.
    config = {"max_tokens_per_day": TOKENS + ASKED + 50, "max_answer_tokens": 50}
    async with asked_model(answers({"total": 3}), clock=lambda: days["now"], **config) as (
        model,
        server,
    ):
        await model.ask(QUESTION)
        await model.ask(QUESTION)
        with pytest.raises(NoModelAnswerError, match="LLM_MAX_TOKENS_PER_DAY") as caught:
            await model.ask(QUESTION)
        assert caught.value.kind is FailureKind.BUDGET
        assert len(server.requests) == 2
        days["now"] = NOW + timedelta(days=1)
        await model.ask(QUESTION)


def meets(number: int, then: Behaviour) -> Behaviour:
    """Answer when as many are asked at once; never, if they are not."""
    barrier = asyncio.Barrier(number)

    async def behave(seen: Seen) -> bytes:
        await barrier.wait()
        return await then(seen)

    return behave


async def test_no_more_are_asked_at_once_than_allowed() -> None:
    behaviour = meets(3, answers({"total": 3}))
    async with asked_model(behaviour, max_concurrent_calls=3) as (model, server):
        asked = await asyncio.gather(*(model.ask(QUESTION) for _ in range(12)))
    assert [one.output.total for one in asked] == [3] * 12
    assert server.peak == 3


async def test_a_service_that_fails_is_left_alone_until_it_is_back() -> None:
    time = {"now": NOW}
    async with asked_model(fails(500), clock=lambda: time["now"]) as (model, server):
        for _ in range(5):
            with pytest.raises(NoModelAnswerError, match="unavailable"):
                await model.ask(QUESTION)
        with pytest.raises(NoModelAnswerError) as caught:
            await model.ask(QUESTION)
        assert caught.value.kind is FailureKind.LEFT_ALONE
        assert len(server.requests) == 5
        time["now"] = NOW + timedelta(seconds=30)
        server.behaviour = answers({"total": 3})
        assert (await model.ask(QUESTION)).output.total == 3
        assert (await model.ask(QUESTION)).output.total == 3


async def test_a_question_that_is_given_up_leaves_room_for_others() -> None:
    asked = asyncio.Event()

    async def never_answers(_: Seen) -> bytes:
        asked.set()
        return await hangs()(_)

    async with asked_model(never_answers, max_concurrent_calls=1) as (model, server):
        given_up = asyncio.create_task(model.ask(QUESTION))
        await asked.wait()
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        server.behaviour = answers({"total": 3})
        assert (await model.ask(QUESTION)).output.total == 3


def listing(*names: str) -> Behaviour:
    models = [{"id": name, "object": "model", "created": 0, "owned_by": "us"} for name in names]
    return says_json(200, {"object": "list", "data": models})


async def test_the_doctor_is_told_of_the_model() -> None:
    async with asked_model(listing("other", MODEL)) as (model, server):
        assert MODEL in await model.check()
    assert server.requests[0].path == "/v1/models"


@pytest.mark.parametrize(
    ("behaviour", "fix"),
    [(listing("other"), "LLM_MODEL may be other"), (fails(401), "LLM_API_KEY"), (drops(), "LLM_B")],
)
async def test_the_doctor_is_told_what_to_do(behaviour: Behaviour, fix: str) -> None:
    async with asked_model(behaviour) as (model, _):
        with pytest.raises(EnvironmentFailure, match=fix):
            await model.check()
