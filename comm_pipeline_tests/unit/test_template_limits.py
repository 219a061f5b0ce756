"""How large a template may be: the largest is taken, one more is refused in words that help."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from comm_pipeline.domain.template_limits import (
    MOST_MESSAGES,
    MOST_PATTERNS,
    MOST_PHRASES,
    MOST_STAGES,
    MOST_TEXTS,
    MOST_WORDS,
)
from comm_pipeline.errors import InvalidTemplateError
from comm_pipeline.services.checking.campaign_check import CheckRules
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.request_check import check_request
from comm_pipeline.services.request_reading import TemplateFiles
from comm_pipeline.storage.campaign_templates import CampaignTemplateRepository
from comm_pipeline_tests.builders import a_batch_request

CONFIG = ConfigManager(cast("CampaignTemplateRepository", None), Path())
RULES = CheckRules(datetime(2026, 3, 2, 9, tzinfo=UTC))


def stages(count: int) -> dict[str, Any]:
    return {"stages": {f"s{number}": {} for number in range(count)}}


def messages(count: int) -> dict[str, Any]:
    return {"stages": {"a": {"messages": ["Hi"] * (count // 2)}, "b": {"messages": ["Hi"] * count}}}


def texts(count: int) -> dict[str, Any]:
    follow_ups = [{"template": "again"}] * (count - 1)
    return {"stages": {"a": {"messages": [{"template": "Hi", "follow_up_templates": follow_ups}]}}}


def words(count: int) -> dict[str, Any]:
    """Return a template with so many words: {{ a.b }} has five."""
    whole, rest = divmod(count, 1_000)
    sizes = [1_000] * whole + ([rest] if rest else [])
    return {"stages": {"a": {"messages": ["{{ a.b }}" * (size // 5) for size in sizes]}}}


def phrases(count: int) -> dict[str, Any]:
    half = count // 2
    return stages(1) | {
        "responses": {"yes": [f"y{number}" for number in range(half)]},
        "extract": {"x": {"type": "choice", "choices": [f"c{n}" for n in range(count - half)]}},
    }


def patterns(count: int) -> dict[str, Any]:
    described = {
        f"x{number}": {"type": "text", "pattern": f"({number})"} for number in range(count)
    }
    return {"stages": {"a": {"extract": described}}}


def conditions(count: int) -> dict[str, Any]:
    conditional = {"condition": "a", "template": "Hi"}
    message = {"template": "Hi", "conditional_templates": [conditional] * count}
    return {"stages": {"a": {"messages": [message]}}}


LIMITS: list[tuple[Any, int, str]] = [
    (stages, MOST_STAGES, r"template\.stages: are 201; up to 200"),
    (texts, MOST_TEXTS, r"follow_up_templates\.1999\.template: the template has more than 2,000"),
    (words, MOST_WORDS, r"template\.stages\.a\.messages\.20.*more than 20,000 words"),
    (phrases, MOST_PHRASES, r"template\.responses: there are 501 phrases .* up to 500"),
    (patterns, MOST_PATTERNS, r"template\.extract: there are 51 patterns .* up to 50"),
    (conditions, 100, r"conditional_templates: must have at most 100 entries"),
]


@pytest.mark.parametrize(("make", "most", "words"), LIMITS)
def test_the_largest_is_taken_and_one_more_is_refused(make: Any, most: int, words: str) -> None:
    CONFIG.check(make(most))
    with pytest.raises(InvalidTemplateError, match=words):
        CONFIG.check(make(most + (5 if make is globals()["words"] else 1)))


@pytest.mark.parametrize(("make", "most", "words"), LIMITS)
def test_the_check_before_the_start_says_so_too(make: Any, most: int, words: str) -> None:
    request = a_batch_request() | {"template": make(most * 2)}
    report = asyncio.run(check_request(request, RULES, TemplateFiles(Path()), None))
    assert any(rule == "refused_template" for rule, _ in report.log.counts)


def test_messages_are_counted_over_all_stages() -> None:
    CONFIG.check(messages(MOST_MESSAGES // 3 * 2))
    with pytest.raises(InvalidTemplateError, match="have 750 messages together; up to 500"):
        CONFIG.check(messages(MOST_MESSAGES))


def test_many_problems_are_counted_and_the_first_explained() -> None:
    timings = [{"template": "Hi", "timing": {"delayhours": 1}}] * 300
    with pytest.raises(InvalidTemplateError) as refusal:
        CONFIG.check({"stages": {"a": {"messages": timings}}})
    assert str(refusal.value).count("did you mean delay_hours?") == 20
    assert str(refusal.value).endswith("(and 280 more problems)")


def test_a_broken_answer_is_found_before_the_start() -> None:
    request = a_batch_request()
    request["template"]["answers"] = {"greeting": "Hi {{ recipient."}
    report = asyncio.run(check_request(request, RULES, TemplateFiles(Path()), None))
    found = [finding for _, kept in report.log.groups() for finding in kept]
    assert [(one.rule, one.place) for one in found] == [
        ("broken_syntax", "template.answers.greeting")
    ]
