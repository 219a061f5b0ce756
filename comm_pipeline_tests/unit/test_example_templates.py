"""The ready templates and requests under ``templates/``: what a newcomer copies must be right."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from comm_pipeline.bot.patterns import check_patterns
from comm_pipeline.bot.rules import analyse
from comm_pipeline.domain.addresses import address_of
from comm_pipeline.domain.batch_requests import parse_recipient, parse_request, recipient_id_of
from comm_pipeline.domain.context import nest_dotted
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.templates import (
    CampaignTemplate,
    ConditionalTemplate,
    FollowUpTemplate,
    MessageTemplate,
)
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.rendering.sandbox import compile_condition, compile_message

TEMPLATES = Path(__file__).parents[2] / "templates"
OPT_OUT = "Reply STOP and I will not write again."
PAIRS = [("sales_request", "campaign_sales"), ("support_request", "campaign_support")]
ANSWERS: list[dict[str, Any]] = [
    {},
    {"rating": 2, "team_size": 12, "budget": 5000},
    {"rating": 5, "current_tool": "Excel", "budget": 50_000},
]


def load(path: str) -> Any:
    return json.loads((TEMPLATES / path).read_text(encoding="utf-8"))


def template_of(name: str) -> CampaignTemplate:
    return parse_template(load(f"campaigns/{name}.json"))


def texts_of(template: CampaignTemplate) -> list[tuple[str, str | None]]:
    """Return the text and subject of every message, follow-up and conditional text."""
    parts: list[MessageTemplate | ConditionalTemplate | FollowUpTemplate] = []
    for stage in template.stages:
        for message in stage.messages:
            parts += [message, *message.conditional_templates, *message.follow_up_templates]
    return [(part.template, part.subject) for part in parts]


def recipients_of(request: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return every recipient as an object; those that are ids are looked up."""
    contacts = {contact["_id"]: contact for contact in load("requests/contacts.json")}
    return [
        entry if isinstance(entry, dict) else {**contacts[entry], "id": entry}
        for entry in request["recipients"]
    ]


def contexts_of(request: Mapping[str, Any], template: CampaignTemplate) -> list[dict[str, Any]]:
    campaign = {**template.context_data, **request["context_data"]}
    recipients = [parse_recipient(entry) for entry in recipients_of(request)]
    return [
        nest_dotted({**campaign, **recipient.context})
        | {"recipient": recipient.variables(), "response": answers}
        for recipient in recipients
        for answers in ANSWERS
    ]


@pytest.mark.parametrize(("request_name", "template_name"), PAIRS)
def test_the_requests_are_valid_and_name_their_template(
    request_name: str, template_name: str
) -> None:
    request = parse_request(load(f"requests/{request_name}.json"))
    assert (request.template_id, request.status) == (template_name, "new")
    assert request.servicetype == "communication"


@pytest.mark.parametrize(("request_name", "template_name"), PAIRS)
def test_every_text_can_be_written_to_every_recipient(
    request_name: str, template_name: str
) -> None:
    template = template_of(template_name)
    for context in contexts_of(load(f"requests/{request_name}.json"), template):
        for text, subject in texts_of(template):
            if "response." in text and not context["response"]:
                continue
            written = compile_message(text)(context)
            # A block that ends a line would swallow the line's end.
            assert written.count("\n\n") == text.count("\n\n")
            assert written.startswith(f"Hi {context['recipient']['first_name']},")
            assert not any(sign in written for sign in ("{{", "{%", "None", "  "))
            write_subject = compile_message(subject or template.subject or "")
            assert write_subject(context).strip()


@pytest.mark.parametrize(("request_name", "template_name"), PAIRS)
def test_main_texts_and_conditions_need_no_answer_and_no_data_of_the_recipient(
    request_name: str, template_name: str
) -> None:
    template = template_of(template_name)
    request = load(f"requests/{request_name}.json")
    context = nest_dotted({**template.context_data, **request["context_data"]})
    context |= {"recipient": {}, "response": {}}
    for stage in template.stages:
        for message in stage.messages:
            assert "Hi there," in compile_message(message.template)(context)
            for follow_up in message.follow_up_templates:
                assert "Hi there," in compile_message(follow_up.template)(context)
            for conditional in message.conditional_templates:
                assert not compile_condition(conditional.condition)(context)


@pytest.mark.parametrize("template_name", ["campaign_sales", "campaign_support"])
def test_every_text_says_how_to_stop(template_name: str) -> None:
    texts = texts_of(template_of(template_name))
    assert len(texts) >= 7
    assert all(text.endswith(OPT_OUT) for text, _ in texts)


@pytest.mark.parametrize("template_name", ["campaign_sales", "campaign_support"])
def test_every_follow_up_has_a_text_of_its_own(template_name: str) -> None:
    for stage in template_of(template_name).stages:
        for message in stage.messages:
            assert len(message.follow_up_templates) == stage.max_follow_ups(message)


@pytest.mark.parametrize("template_name", ["campaign_sales", "campaign_support"])
def test_every_stage_ends_within_a_week(template_name: str) -> None:
    for stage in template_of(template_name).stages:
        rules = stage.progression
        assert rules.min_stage_duration_hours <= 24
        assert rules.max_stage_duration_hours is not None
        assert rules.max_stage_duration_hours <= 168
        assert all(message.timing.follow_up_delay_hours == 48 for message in stage.messages)


@pytest.mark.parametrize("template_name", ["campaign_sales", "campaign_support"])
def test_patterns_are_regular_expressions(template_name: str) -> None:
    check_patterns(template_of(template_name))


def test_the_sales_template_tells_the_bot_what_to_do() -> None:
    for stage in template_of("campaign_sales").stages:
        assert set(stage.guidance) == {
            "information_to_extract",
            "response_strategy",
            "product_emphasis",
            "objection_handling",
            "next_steps",
        }


@pytest.mark.parametrize(
    ("template_name", "stage", "text", "values"),
    [
        (
            "campaign_sales",
            "interest",
            "12 people, Excel",
            {"team_size": 12, "current_tool": "Excel"},
        ),
        (
            "campaign_sales",
            "interest",
            "About 40 of us use power bi.",
            {"team_size": 40, "current_tool": "Power BI"},
        ),
        ("campaign_sales", "decision", "Our budget is around $12,500.", {"budget": 12500}),
        ("campaign_sales", "decision", "We have €900 for this", {"budget": 900}),
        ("campaign_sales", "decision", "Our budget is about 12\u202f500 \u20ac", {"budget": 12500}),
        ("campaign_sales", "decision", "$2.5k at most", {"budget": 2500}),
        ("campaign_sales", "interest", "1,200 people", {"team_size": 1200}),
        ("campaign_sales", "decision", "Not before 2027", {}),
        ("campaign_support", "feedback", "5", {"rating": 5}),
        ("campaign_support", "feedback", "I'd say 3 out of 5.", {"rating": 3}),
        ("campaign_support", "feedback", "4/5, thanks", {"rating": 4}),
        ("campaign_support", "feedback", "10", {}),
        ("campaign_support", "feedback", "Call me tomorrow at 3", {}),
        ("campaign_support", "feedback", "It came back in 2 days", {}),
    ],
)
def test_the_values_that_the_templates_ask_for_are_found(
    template_name: str, stage: str, text: str, values: dict[str, Any]
) -> None:
    template = template_of(template_name)
    assert analyse(text, template, template.stage(stage)).values == values


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Thursday works for me.", {"appointment_accepted"}),
        ("Sounds good, tell me more", {"appointment_accepted"}),
        ("I accept", {"accept_proposal"}),
        ("Please send the contract.", {"accept_proposal"}),
        ("We deal with this in Excel", set()),
        ("Tell me more", set()),
    ],
)
def test_acceptances_are_told_from_interest(text: str, named: set[str]) -> None:
    template = template_of("campaign_sales")
    assert set(analyse(text, template, template.stages[0]).named_responses) == named


@pytest.mark.parametrize(
    ("request_name", "count"), [("sales_request", 28), ("support_request", 16)]
)
def test_the_recipients_are_many_and_far_apart(request_name: str, count: int) -> None:
    request = load(f"requests/{request_name}.json")
    recipients = recipients_of(request)
    zones = {ZoneInfo(each["contact_info"]["timezone"]).key for each in recipients}
    ids = [recipient_id_of(entry) for entry in request["recipients"]]
    assert len(ids) == len(set(ids)) >= count
    assert len(zones) >= 8
    assert sum(isinstance(entry, str) for entry in request["recipients"]) >= 2


def test_one_address_is_unusable_and_all_others_are_different_and_reserved() -> None:
    addresses, refused = [], []
    for name in ("sales_request", "support_request"):
        for recipient in recipients_of(load(f"requests/{name}.json")):
            try:
                addresses.append(address_of(recipient["contact_info"]))
            except InvalidInputError:
                refused.append(recipient["id"])
    assert len(refused) == 1
    assert len(addresses) == len(set(addresses))
    domains = {address.partition("@")[2] for address in addresses}
    assert domains == {"example.com", "example.org", "example.net"}
