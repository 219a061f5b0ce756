"""Damaged templates give a finding, never another error, and soon.

``pytest --hypothesis-profile=long`` tries 10,000.
"""

import contextlib
import gc
import statistics
import time
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings

from comm_pipeline.domain.template_shapes import content_version
from comm_pipeline.domain.template_sources import template_sources
from comm_pipeline.errors import InvalidTemplateError, RenderingError
from comm_pipeline.rendering.sandbox import compile_condition, compile_message
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.storage.campaign_templates import CampaignTemplateRepository
from comm_pipeline_tests.property.damaged_templates import damaged_templates, whole_templates
from comm_pipeline_tests.unit.test_validation_words import WORDS_OF_PYDANTIC

IS_LONG = settings.get_current_profile_name() == "long"
#: What is promised of each.
LONGEST_SECONDS = 0.05
#: Where that is too little, the machine is slow: so much more than a whole template may it take.
SHARE_OF_A_WHOLE_ONE = 1.5

# Checking reads no database.
CONFIG = ConfigManager(cast("CampaignTemplateRepository", None), Path())


@pytest.mark.parametrize("document", whole_templates())
def test_the_whole_templates_are_right(document: dict[str, Any]) -> None:
    CONFIG.check(document)


def finding_of(document: Any) -> str | None:
    try:
        CONFIG.check(document)
    except InvalidTemplateError as error:
        return str(error)
    return None


def seconds_for(document: Any) -> float:
    """Return the seconds of work, for a process that has seen none of the texts before.

    What other processes do on the machine does not count, nor collecting the tests' own garbage.
    """
    compile_message.cache_clear()
    compile_condition.cache_clear()
    gc.disable()
    try:
        began = time.thread_time()
        finding_of(document)
        return time.thread_time() - began
    finally:
        gc.enable()


def median_seconds(document: Any) -> float:
    return statistics.median(seconds_for(document) for _ in range(5))


@cache
def longest_allowed() -> float:
    """Return the promised seconds, or more on a machine where whole templates take long."""
    whole = (median_seconds(document) for document in whole_templates())
    return max(LONGEST_SECONDS, SHARE_OF_A_WHOLE_ONE * max(whole))


@settings(
    max_examples=10_000 if IS_LONG else 200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(damaged_templates())
def test_a_damaged_template_gives_a_finding_and_soon(document: Any) -> None:
    finding = finding_of(document)
    if finding is None:
        content_version(document)
    else:
        assert finding.startswith("template")
        assert len(finding) < 20_000
        assert [one for one in WORDS_OF_PYDANTIC if one in finding] == []
    # One reading may be anything; only who is slow again and again is slow.
    if seconds_for(document) > longest_allowed():
        assert median_seconds(document) <= longest_allowed()


def test_every_text_that_is_accepted_can_be_run() -> None:
    for document in whole_templates():
        for source in template_sources(CONFIG.check(document)):
            with contextlib.suppress(RenderingError):
                if source.kind == "condition":
                    compile_condition(source.text)({})
                else:
                    compile_message(source.text, is_html=source.kind == "html")({})
