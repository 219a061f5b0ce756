"""Whatever is wrong with a request, the check says so, and never breaks."""

import asyncio
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from comm_pipeline.domain.batch_requests import parse_request
from comm_pipeline.domain.ids import campaign_id_for_request
from comm_pipeline.domain.template_findings import find_in_template
from comm_pipeline.errors import InvalidInputError, RenderingError
from comm_pipeline.rendering.sandbox import compile_message
from comm_pipeline.services.campaign_poller import new_campaign
from comm_pipeline.services.checking.campaign_check import CheckRules
from comm_pipeline.services.checking.times import check_times
from comm_pipeline.services.config_manager import ConfigManager, campaign_variables
from comm_pipeline.services.request_check import CheckReport, check_request
from comm_pipeline.services.request_reading import TemplateFiles
from comm_pipeline.storage.campaign_templates import CampaignTemplateRepository
from comm_pipeline_tests.builders import a_batch_request, a_recipient
from comm_pipeline_tests.property.damage import damaged
from comm_pipeline_tests.property.damaged_templates import damaged_templates
from comm_pipeline_tests.property.extreme_templates import extreme_templates
from comm_pipeline_tests.property.generated_templates import templates
from comm_pipeline_tests.unit.test_validation_words import WORDS_OF_PYDANTIC

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
# Checking reads no database.
CONFIG = ConfigManager(cast("CampaignTemplateRepository", None), Path())
RULES = CheckRules(NOW, messages_an_hour=100, knows_contacts=False)


def a_rich_request() -> dict[str, Any]:
    """Return a request that uses most of what a request may use."""
    request = a_batch_request(recipient_count=1)
    request["recipients"] += [
        a_recipient(2, context={"plan": "basic"}, vip=True),
        {
            "id": 3,
            "contact_info": {
                "email": "c@example.com",
                "first_name": "Bo",
                "phone": "+49 30 5550100",
            },
        },
        "contact_1",
    ]
    request["schedule"] = {"end_date": "2026-06-01T00:00:00Z"}
    request["template"] |= {
        "subject": "{{ company.product_name }}",
        "fallbacks": {"recipient.title": "friend"},
        "extract": {"size": {"type": "number", "minimum": 1}},
        "responses": {"yes": ["go on"]},
        "context_data": {"company.name": "Acme"},
        "global_settings": {
            "business_hours": {"start": "09:00", "end": "17:00", "sat": ["22:00-02:00"]},
            "holidays": {"country": "DE", "subdivision": "BY", "dates": ["2026-12-24"]},
            "optimal_contact_times": ["10:00-12:00"],
            "follow_up_strategies": {"none": {"max_follow_ups": 1}},
            "frequency_caps": [{"max_messages": 2, "per_hours": 168}],
        },
    }
    message = request["template"]["stages"]["awareness"]["messages"][0]
    message["conditional_templates"] = [
        {
            "condition": "recipient.vip is defined and recipient.vip",
            "template": "{{ company.name }}",
        },
        {"condition": "response.size is defined", "template": "{{ response.size }}"},
    ]
    message["variants"] = [{"name": "a", "template": "{{ recipient.title }}"}, {"name": "b"}]
    message["follow_up_templates"] = [{"template": "{% if recipient.id %}Again{% endif %}"}]
    return request


def checked(request: dict[str, Any], rules: CheckRules = RULES) -> CheckReport:
    return asyncio.run(check_request(request, rules, TemplateFiles(Path("nowhere")), None))


def is_refused(request: dict[str, Any]) -> bool:
    """Return whether the Campaign Poller would fail the request as a whole."""
    # What ``submit`` adds.
    request = {"servicetype": "communication"} | request | {"created_at": NOW, "status": "new"}
    request["_id"] = request.get("_id") or "request"
    try:
        read = parse_request({k: v for k, v in request.items() if k != "recipients"})
        template = CONFIG.check(request["template"])
        check_times(read, NOW)
        campaign_id = campaign_id_for_request(read.id)
        campaign = new_campaign(read, campaign_id, template, request["template"], NOW)
        campaign_variables(campaign, template)
    except (InvalidInputError, KeyError):
        return True
    return False


def test_the_rich_request_is_a_good_one() -> None:
    report = checked(a_rich_request())
    rules = {rule for rule, _ in report.log.counts}
    assert (report.log.errors, rules) == (0, {"contact_not_checked"}), report.log.document()


def are_in_plain_words(report: CheckReport) -> bool:
    """Return whether each finding has a place, says what is wrong, and what to write instead."""
    findings = [finding for _, kept in report.log.groups() for finding in kept]
    words = " ".join(f"{one.message} {one.fix}" for one in findings)
    spoken = [one for one in WORDS_OF_PYDANTIC if one.casefold() in words.casefold()]
    assert not spoken, words
    assert all(one.place and one.message and one.fix for one in findings), findings
    return True


@settings(deadline=None, max_examples=300)
@given(damaged(a_rich_request()))
def test_damaged_requests_give_findings_and_never_a_traceback(request: dict[str, Any]) -> None:
    report = checked(request)
    json.dumps(report.log.document())
    assert are_in_plain_words(report)
    if is_refused(request):
        assert report.log.errors


@settings(deadline=None, max_examples=100)
@given(damaged_templates())
def test_requests_with_damaged_templates_too(template: Any) -> None:
    request = a_rich_request() | {"template": template}
    report = checked(request)
    assert are_in_plain_words(report)
    if is_refused(request):
        assert report.log.errors


@settings(deadline=None, max_examples=100)
@given(extreme_templates(), st.sampled_from([1e-9, 1.0, 100.0]), st.sampled_from(["", "9999"]))
def test_the_least_and_the_most_that_each_field_allows_can_be_checked_together(
    template: Any, factor: float, end: str
) -> None:
    request = a_rich_request() | {"template": template}
    request["schedule"] = {"end_date": f"{end}-12-31T23:59:59Z"} if end else {}
    report = checked(request, replace(RULES, delay_factor=factor))
    assert are_in_plain_words(report)
    assert "cannot be worked" not in str(report.log.document()), "its own rule should have said so"
    if is_refused(request):
        assert report.log.errors


@settings(deadline=None, max_examples=100)
@given(templates())
def test_whatever_rules_fit_together_can_be_checked_soon(template: Any) -> None:
    started = time.process_time()
    assert all(finding.place and finding.fix for finding in find_in_template(template))
    assert time.process_time() - started < 1


TEXTS = (
    "Hi {{ recipient.a }} {{ recipient.b | default('you') }}",
    "{% if recipient.b is defined %}{{ recipient.b }} {{ recipient.c }}{% else %}None{% endif %}",
    "{{ recipient.d if recipient.a is defined else 'nobody' }} {{ plan }}",
)
NAMES = st.none() | st.sampled_from(["Ada", "7"])
PEOPLE = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("abcd"), NAMES), st.sampled_from([{}, {"plan": "basic"}])
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None)
@given(st.sampled_from(TEXTS), PEOPLE)
def test_whoever_cannot_be_written_to_is_named_and_nobody_else(text: str, people: Any) -> None:
    request = a_batch_request(
        recipients=[
            {
                "id": str(number),
                "contact_info": {"email": f"u{number}@example.com", **values},
                "context": context,
            }
            for number, (values, context) in enumerate(people)
        ]
    )
    request["template"]["stages"]["awareness"]["messages"] = [text]
    findings = [finding for _, kept in checked(request).log.groups() for finding in kept]
    rendered = {
        str(number): can_be_rendered(text, {"recipient": values, **context})
        for number, (values, context) in enumerate(people)
    }
    assert {finding.recipient for finding in findings} == {
        recipient for recipient, is_fine in rendered.items() if not is_fine
    }


def can_be_rendered(text: str, context: dict[str, Any]) -> bool:
    try:
        compile_message(text)(context)
    except RenderingError:
        return False
    return True
