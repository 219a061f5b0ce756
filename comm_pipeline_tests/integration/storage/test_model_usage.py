"""The budget of a day holds however many reserve at once, and what was taken adds up."""

import asyncio
from datetime import date

import pytest

from comm_pipeline.bot.model_failures import FailureKind, NoModelAnswerError
from comm_pipeline.bot.model_questions import Question
from comm_pipeline.domain.analysis import ModelUsage
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.chat_servers import NOW, asked_model, talks

pytestmark = pytest.mark.anyio

DAY = date(2026, 3, 4)


async def test_a_budget_holds_however_many_reserve_at_once(repositories: Repositories) -> None:
    usage = repositories.model_usage
    granted = await asyncio.gather(*(usage.reserve(DAY, 300, 1_000) for _ in range(50)))
    assert sum(granted) == 3
    assert await usage.of_day(DAY) == {"tokens": 900}
    assert await usage.reserve(DAY, 100, 1_000)
    assert not await usage.reserve(DAY, 1, 1_000)


async def test_everybody_who_begins_a_day_at_once_gets_what_there_is(
    repositories: Repositories,
) -> None:
    usage = repositories.model_usage
    granted = await asyncio.gather(*(usage.reserve(DAY, 1, 1_000) for _ in range(50)))
    assert all(granted)
    assert await usage.of_day(DAY) == {"tokens": 50}


async def test_what_was_taken_stands_in_the_place_of_what_was_reserved(
    repositories: Repositories,
) -> None:
    usage = repositories.model_usage
    await usage.reserve(DAY, 300, 1_000)
    taken = ModelUsage(model="m", requests=2, input_tokens=100, output_tokens=20, cost=0.25)
    await usage.settle(DAY, 300, taken, 120)
    assert await usage.of_day(DAY) == {
        "tokens": 120,
        "requests": 2,
        "input_tokens": 100,
        "output_tokens": 20,
        "cost": 0.25,
    }


async def test_a_question_larger_than_the_budget_and_another_day_take_nothing(
    repositories: Repositories,
) -> None:
    assert not await repositories.model_usage.reserve(DAY, 1_001, 1_000)
    assert not await repositories.model_usage.reserve(DAY, 1, 0)
    await repositories.model_usage.reserve(DAY, 1_000, 1_000)
    assert await repositories.model_usage.of_day(date(2026, 3, 5)) == {}


async def test_all_processes_ask_within_one_budget(repositories: Repositories) -> None:
    question = Question(instructions="Say it.", data="3", answer=str)
    config = {"max_answer_tokens": 50, "max_tokens_per_day": 400}
    asked = []
    for _ in range(3):
        async with asked_model(talks("Three."), repositories.model_usage, **config) as (model, _):
            asked += await asyncio.gather(
                *(model.ask(question) for _ in range(3)), return_exceptions=True
            )
    # Each reserves less than 70 tokens and takes 120, so at most 400 + 2 x 50 are taken.
    counted = await repositories.model_usage.of_day(NOW.date())
    answered = [one for one in asked if not isinstance(one, BaseException)]
    refused = [one for one in asked if isinstance(one, NoModelAnswerError)]
    assert len(answered) + len(refused) == 9
    assert {one.kind for one in refused} == {FailureKind.BUDGET}
    assert counted["tokens"] == 120 * len(answered) == 120 * counted["requests"]
    assert 3 <= len(answered) <= 5
