"""What the check takes somebody to get is what the composer writes to them, and nothing else."""

import asyncio
import itertools
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from comm_pipeline.domain.channel_choice import choose_route
from comm_pipeline.domain.contact_hours import Contact
from comm_pipeline.domain.ids import campaign_id_for_request
from comm_pipeline.domain.template_content import MessageTemplate
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.template_sources import message_sources, with_places
from comm_pipeline.services.checking.campaign_check import CheckRules
from comm_pipeline.services.composer import compose
from comm_pipeline.services.request_check import check_request
from comm_pipeline.services.request_reading import TemplateFiles
from comm_pipeline_tests.builders import a_conversation, a_send, a_visit

RULES = CheckRules(datetime(2026, 3, 2, 9, tzinfo=UTC), knows_contacts=False)
#: Each is filled with a number of its own, so that a written text tells its sources.
SOURCE = "{{ recipient.v# }}"
FOLLOW_UPS = 3


def _words(**more: Any) -> st.SearchStrategy[dict[str, Any]]:
    parts = {"subject": st.just(SOURCE), "html": st.just(SOURCE)}
    return st.fixed_dictionaries({"template": st.just(SOURCE)} | more, optional=parts)


_channels = st.dictionaries(st.sampled_from(["email", "sms"]), _words(), max_size=2)
_follow_ups = st.lists(_words(channels=_channels), max_size=2)
_conditionals = st.lists(
    _words(
        condition=st.sampled_from(["recipient.is_vip", "response.size is defined"]),
        channels=_channels,
    ),
    max_size=2,
    # The second of the same two is never chosen, which has a finding of its own.
    unique_by=lambda conditional: conditional["condition"],
)
_variants = st.lists(
    st.fixed_dictionaries(
        {"name": st.uuids().map(str)},
        optional={
            "template": st.just(SOURCE),
            "subject": st.just(SOURCE),
            "html": st.just(SOURCE),
            "channels": _channels,
            "follow_up_templates": _follow_ups,
        },
    ),
    max_size=2,
)
messages = _words(
    channels=_channels,
    conditional_templates=_conditionals,
    follow_up_templates=_follow_ups,
    variants=_variants,
    timing=st.builds(dict, max_follow_ups=st.integers(0, FOLLOW_UPS)),
)


def numbered(value: Any, numbers: Any) -> Any:
    """Return a copy in which each source has the next number."""
    if isinstance(value, dict):
        return {key: numbered(inner, numbers) for key, inner in value.items()}
    if isinstance(value, list):
        return [numbered(inner, numbers) for inner in value]
    return value.replace("#", str(next(numbers))) if value == SOURCE else value


def missing_variables(document: dict[str, Any], person: dict[str, Any]) -> set[str]:
    request = {"_id": "r", "name": "n", "template": document, "recipients": [person]}
    report = asyncio.run(check_request(request, RULES, TemplateFiles(Path("nowhere")), None))
    return {
        topic.removeprefix("recipient.")
        for rule, topic in report.log.counts
        if rule == "missing_variable"
    }


def written_variables(document: dict[str, Any], person: dict[str, Any]) -> set[str]:
    """Return the variables in all that the composer may write to a person."""
    template = parse_template(document)
    info = person["contact_info"]
    values = {f"v{number}": f"<v{number}>" for number in range(100)} | info
    written: set[str] = set()
    for follow_up in range(template.stages[0].max_follow_ups(template.stages[0].messages[0]) + 1):
        for response in ({}, {"size": 1}):
            conversation = a_conversation(
                a_visit("a"),
                user_id="u",
                campaign_id=campaign_id_for_request("r"),
                address=info["email"],
                contact=Contact(phone=info.get("phone")),
                context={"recipient": values, "response": response},
            )
            route = choose_route(conversation, template.channel_order)
            assert route is not None
            send = a_send(follow_up=follow_up)
            said = compose(conversation, template, send, {}, route.channel)
            words = f"{said.subject} {said.text} {said.html or ''}"
            written |= set(re.findall(r"v\d+", words))
    return written


@settings(deadline=None, max_examples=200)
@given(
    messages,
    st.booleans(),
    st.sampled_from([["email"], ["sms"], ["email", "sms"], ["sms", "email"]]),
    st.booleans(),
    st.sampled_from([{}, {"phone": "+49301234567"}]),
)
def test_a_variable_is_missed_by_those_to_whom_it_would_be_written(
    message: Any, has_subject: bool, channels: list[str], is_vip: bool, more: dict[str, Any]
) -> None:
    document = numbered(
        {
            **({"subject": SOURCE} if has_subject else {}),
            "stages": {"a": {"messages": [message]}},
            "global_settings": {"channels": channels},
        },
        itertools.count(),
    )
    info = {"email": "a@example.com", "is_vip": is_vip} | more
    if channels == ["sms"]:
        info["phone"] = "+49301234567"
    person = {"id": "u", "contact_info": info}
    assert missing_variables(document, person) == written_variables(document, person)


@given(messages)
def test_each_source_gives_way_to_its_own_place(message: Any) -> None:
    given_message = MessageTemplate.model_validate(message)
    marked = with_places("here", given_message)
    for source in message_sources("here", marked):
        assert source.text == source.place or source.kind == "condition"
    places = [source.place for source in message_sources("here", given_message)]
    assert [source.place for source in message_sources("here", marked)] == places
