"""What the check finds in a request: which field of which person, and what to do about it."""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from comm_pipeline.domain.findings import Finding
from comm_pipeline.services.checking.campaign_check import CheckRules
from comm_pipeline.services.request_check import CheckReport, check_request
from comm_pipeline.services.request_reading import TemplateFiles
from comm_pipeline_tests.builders import a_batch_request, a_recipient, a_template_document

#: A Monday.
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AWARENESS = "template.stages.awareness"
MESSAGE = f"{AWARENESS}.messages.0"


class People(dict[str, dict[str, Any]]):
    """Contacts by id."""

    async def find(self, ids: Any) -> dict[str, dict[str, Any]]:
        return {one: self[one] for one in ids if one in self}


def check(
    request: dict[str, Any],
    contacts: People | None = None,
    rate: float | None = None,
    own_types: Collection[str] | None = None,
) -> CheckReport:
    rules = CheckRules(
        NOW, messages_an_hour=rate, knows_contacts=contacts is not None, own_types=own_types
    )
    return asyncio.run(check_request(request, rules, TemplateFiles(Path("nowhere")), contacts))


def findings(report: CheckReport) -> list[Finding]:
    return [finding for _, kept in report.log.groups() for finding in kept]


def found(request: dict[str, Any], **more: Any) -> list[tuple[str, str, str | None]]:
    return [(f.rule, f.place, f.recipient) for f in findings(check(request, **more))]


def saying(text: str, **more: Any) -> dict[str, Any]:
    """Return a request whose first message is the text, with further fields of the message."""
    request = a_batch_request(recipient_count=2)
    message = request["template"]["stages"]["awareness"]["messages"][0]
    message |= {"template": text} | more
    return request


def person(number: int, **contact_info: Any) -> dict[str, Any]:
    email = f"user_{number}@example.com"
    return {"id": f"user_{number}", "contact_info": {"email": email} | contact_info}


def test_nothing_is_found_in_a_good_request() -> None:
    report = check(a_batch_request())
    assert (findings(report), report.recipients) == ([], 3)


def test_a_missing_variable_names_person_field_and_text() -> None:
    request = saying("Hi {{ recipient.first_name }}") | {
        "recipients": [person(1, first_name="Ada"), person(2), person(3, first_name=None)]
    }
    assert found(request) == [
        ("missing_variable", f"recipients.{n - 1}.contact_info.first_name", f"user_{n}")
        for n in (2, 3)
    ]
    (finding, _) = findings(check(request))
    assert f"{MESSAGE}.template" in finding.message
    assert "{{ recipient.first_name | default('...') }}" in finding.fix


@pytest.mark.parametrize(
    "text",
    [
        "Hi {{ recipient.title | default('you') }}",
        "Hi {% if recipient.title is defined %}{{ recipient.title }}{% endif %} you",
        "Hi{% if recipient.first_name == 'X' %}{{ recipient.x }}{% endif %}",
        "{{ company.product_name }} {{ campaign.name }}",
    ],
)
def test_what_a_text_can_do_without_is_not_missing(text: str) -> None:
    assert found(saying(text)) == []


def test_null_where_a_text_asks_whether_it_is_there_is_found_behind_any_number_of_others() -> None:
    """Null is there, so that the text would say it; those before have nothing there."""
    request = saying(
        "{% if recipient.nick is defined %}{{ recipient.nick }}{% else %}Hi{% endif %}"
    )
    request["recipients"] = [*(person(n) for n in range(1, 9)), person(9, nick=None)]
    assert [(rule, who) for rule, _, who in found(request)] == [("missing_variable", "user_9")]


@pytest.mark.parametrize("asked", ["recipient['plan'] is defined", "(recipient.plan) is defined"])
def test_what_is_asked_for_is_missed_where_it_is_said_without_asking(asked: str) -> None:
    request = saying("{{ recipient.plan }}{% if " + asked + " %}x{% endif %}")
    request["recipients"] = [*(person(n, plan="p") for n in range(5)), person(5), person(6)]
    assert [who for _, _, who in found(request)] == ["user_5", "user_6"]


def test_a_fallback_stands_in() -> None:
    request = saying("Hi {{ recipient.title }}")
    request["template"]["fallbacks"] = {"recipient.title": "friend"}
    assert found(request) == []


def test_several_missing_variables_are_all_named() -> None:
    request = saying("{% if recipient.id %}{{ recipient.a }} {{ recipient.b }}{% endif %}")
    request["recipients"] = [a_recipient()]
    places = {place for _, place, _ in found(request)}
    assert places == {"recipients.0.contact_info.a", "recipients.0.contact_info.b"}


def test_a_variable_of_the_campaign_is_missed_by_those_whose_context_lacks_it() -> None:
    request = saying("{{ company.slogan }}")
    request["recipients"][1]["context"] = {"company.slogan": "Onwards"}
    assert found(request) == [("missing_variable", "context_data.company.slogan", "user_1")]


def test_only_those_who_get_a_conditional_text_need_its_variables() -> None:
    conditional = {"condition": "recipient.vip is defined", "template": "{{ recipient.manager }}"}
    request = saying("Hello", conditional_templates=[conditional])
    request["recipients"] = [person(1), person(2, vip=True), person(3, vip=True, manager="Bo")]
    assert found(request) == [("missing_variable", "recipients.1.contact_info.manager", "user_2")]


def test_only_those_who_get_a_variant_need_its_variables() -> None:
    variants = [{"name": "a", "template": "{{ recipient.x }}"}, {"name": "b", "template": "B"}]
    request = saying("Hello", variants=variants)
    request["recipients"] = [person(number) for number in range(100)]
    missing = check(request).log.counts["missing_variable", "recipient.x"]
    assert 20 < missing < 80  # about half


def test_a_blank_value_leaves_a_gap() -> None:
    request = saying("Hi {{ recipient.first_name }},")
    request["recipients"] = [person(1, first_name="  ")]
    (finding,) = findings(check(request))
    assert (finding.rule, finding.recipient) == ("blank_variable", "user_1")


def test_values_of_another_kind_are_tried_too() -> None:
    request = saying("{% if recipient.size > 3 %}Many{% else %}Few{% endif %}")
    sizes = ["5"] * 10 + ["many", 2, [1]]
    request["recipients"] = [person(number, size=size) for number, size in enumerate(sizes)]
    assert found(request) == [("text_fails", f"{MESSAGE}.template", f"user_{n}") for n in (10, 12)]


def test_a_text_that_is_empty_for_somebody() -> None:
    request = saying("{% if recipient.vip is defined %}Hello{% endif %}")
    request["recipients"] = [person(1), person(2, vip=True)]
    assert found(request) == [("text_fails", f"{MESSAGE}.template", "user_1")]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{{ response.size }}", "value_not_there_yet"),
        ("{{ response.colour }}", "value_never_found"),
        ("Hi\n{{ 'x' * 10**9 }}", "unsafe_syntax"),
        ("Hi {{ recipient.", "broken_syntax"),
    ],
)
def test_texts_that_can_never_be_said(text: str, rule: str) -> None:
    request = saying(text)
    request["template"]["extract"] = {"size": {"type": "number"}}
    assert {(rule, place) for rule, place, _ in found(request)} == {(rule, f"{MESSAGE}.template")}


def test_unsafe_syntax_names_the_line() -> None:
    (finding,) = findings(check(saying("Hi\n{{ 'x' * 10**9 }}")))
    assert finding.message.startswith("line 2: arithmetic")
    assert finding.fix.startswith("A template may use")


def test_a_value_of_a_later_stage_may_be_missing() -> None:
    request = a_batch_request()
    stages = request["template"]["stages"]
    stages["decision"]["messages"] = [{"template": "So you are {{ response.size }}?"}]
    request["template"]["extract"] = {"size": {"type": "number"}}
    (finding,) = findings(check(request))
    assert (finding.rule, finding.severity) == ("value_may_be_missing", "warning")


@pytest.mark.parametrize(
    ("stage", "rule"),
    [("a", "value_may_be_missing"), ("b", "value_not_there_yet"), ("c", "value_not_there_yet")],
)
def test_a_value_is_looked_for_before_it_is_said(stage: str, rule: str) -> None:
    request = a_batch_request()
    stages: dict[str, Any] = {"a": ["Hi"], "b": ["You are {{ response.team }}"], "c": ["Bye"]}
    document = {name: {"messages": messages} for name, messages in stages.items()}
    document[stage]["extract"] = {"team": {"type": "number"}}
    request["template"] = {"stages": document}
    place = "template.stages.b.messages.0.template"
    assert found(request) == [(rule, place, None)]
    document["a"]["skip_in_order"] = stage == "a"
    document["b"]["messages"].insert(0, "How many are you?")
    rules = [rule for rule, place, _ in found(request) if "b.messages.1" in place]
    assert rules == ["value_not_there_yet" if stage == "c" else "value_may_be_missing"]


def test_a_campaign_type_may_change_the_order() -> None:
    request = a_batch_request(campaign_type="own")
    last = {"messages": ["Bye"], "extract": {"team": {"type": "number"}}}
    said = {"messages": ["{{ response.team }}"]}
    request["template"] = {"stages": {"a": {"messages": ["Hi"]}, "b": said, "c": last}}
    assert [rule for rule, _, _ in found(request)] == ["value_not_there_yet"]
    assert [rule for rule, _, _ in found(request, own_types={"own"})] == ["value_may_be_missing"]


def test_what_guidance_asks_for_and_what_the_campaign_says_can_be_there() -> None:
    request = a_batch_request()
    stages = request["template"]["stages"]
    stages["awareness"]["guidance"] = {"information_to_extract": ["team size"]}
    stages["decision"]["messages"] = ["{{ response.team_size }} {{ response.tool }}"]
    request["context_data"] = {"response.tool": "Excel"}
    assert [rule for rule, _, _ in found(request)] == ["value_may_be_missing"]


@pytest.mark.parametrize(
    ("condition", "is_guard"),
    [
        ("response.size is defined", True),
        ("response['size'] is defined", True),
        ("response.size is defined and response.size > 3", True),
        ("recipient.vip is defined and response.size is defined", True),
        ("response.size is undefined", False),
        ("response.size is defined or response.other is defined", False),
        ("recipient.vip is defined", False),
    ],
)
def test_a_condition_that_does_not_hold_without_the_value_guards_its_text(
    condition: str, is_guard: bool
) -> None:
    conditional = {"condition": condition, "template": "{{ response.size }}"}
    request = saying("Hello", conditional_templates=[conditional])
    request["template"]["extract"] = {"size": {"type": "number"}, "other": {"type": "number"}}
    assert (found(request) == []) == is_guard


@pytest.mark.parametrize("condition", ["1 < 2", "'a' == 'b'", "not true"])
def test_conditions_that_ask_nothing(condition: str) -> None:
    conditional = {"condition": condition, "template": "Hello"}
    request = saying("Hello", conditional_templates=[conditional])
    assert {rule for rule, _, _ in found(request)} == {"constant_condition"}


RECIPIENTS = [
    (a_recipient(1, id=""), "unusable_recipient", "recipients.1"),
    (a_recipient(1), "doubled_recipient", "recipients.1.id"),
    (
        a_recipient(2, contact_info={"email": "USER_1@example.com", "first_name": "A"}),
        "doubled_address",
        "recipients.1.contact_info.email",
    ),
    (
        a_recipient(2, contact_info={"email": "ada(at)example.com", "first_name": "A"}),
        "unusable_address",
        "recipients.1.contact_info.email",
    ),
    (
        person(2, first_name="A", timezone="Europe/Berln"),
        "unknown_time_zone",
        "recipients.1.contact_info.timezone",
    ),
    (
        person(2, first_name="A", timezone="Europe/Berlin", time_zone="Europe/Paris"),
        "two_time_zones",
        "recipients.1.contact_info.time_zone",
    ),
    (
        person(2, first_name="A", preferred_contact_times=["9-10"]),
        "unusable_contact_times",
        "recipients.1.contact_info.preferred_contact_times",
    ),
    (
        a_recipient(2, context={"response": 1}),
        "unusable_recipient",
        "recipients.1.context.response",
    ),
    (a_recipient(2, notes="x" * 300_000), "unusable_recipient", "recipients.1"),
    (a_recipient(2, size=2**70), "unusable_recipient", "recipients.1"),
    ("contact_1", "contact_not_checked", "recipients.1"),
]


@pytest.mark.parametrize(("entry", "rule", "place"), RECIPIENTS, ids=[r[1] for r in RECIPIENTS])
def test_recipients_who_cannot_be_written_to(entry: Any, rule: str, place: str) -> None:
    request = a_batch_request(recipients=[a_recipient(1), entry])
    assert [(rule, place) for rule, place, _ in found(request)] == [(rule, place)]


def test_ids_are_looked_up_in_the_contacts() -> None:
    request = a_batch_request(recipients=["contact_1", "contact_2"])
    people = People(contact_1={"_id": "contact_1", "contact_info": {"email": "a@example.com"}})
    assert found(request, contacts=people) == [
        ("missing_variable", "contacts.contact_1.contact_info.first_name", "contact_1"),
        ("unknown_contact", "recipients.1", "contact_2"),
    ]


def with_settings(**settings: Any) -> dict[str, Any]:
    request = a_batch_request(recipient_count=2)
    request["template"]["global_settings"] = settings
    return request


def test_windows_that_never_open_for_somebody() -> None:
    # The clock of Hobart goes forward over 02:00-03:00 on a Sunday in October, 2026-10-04.
    hours = {"timezone": "Australia/Hobart", "days": ["monday"], "start": "09:00", "end": "10:00"}
    request = with_settings(business_hours=hours, holidays={"dates": _every_monday()})
    assert {rule for rule, _, _ in found(request)} == {"never_open"}


def _every_monday() -> list[str]:
    first = NOW.date().toordinal() - 7
    return [datetime.fromordinal(first + 7 * n).date().isoformat() for n in range(70)]


def test_windows_that_open_after_the_end() -> None:
    hours = {"days": ["friday"], "start": "09:00", "end": "17:00"}
    request = with_settings(business_hours=hours)
    request["schedule"] = {"end_date": "2026-03-05T00:00:00Z"}
    (finding, _) = findings(check(request))
    assert (finding.rule, finding.place) == ("opens_after_end", "schedule.end_date")
    assert "Europe/Berlin" in finding.message


def test_more_messages_than_caps_allow() -> None:
    request = with_settings(frequency_caps=[{"max_messages": 2, "per_hours": 100}])
    # 0, 48 and 96 hours: three within 100.
    (finding,) = findings(check(request))
    assert finding.rule == "messages_above_cap"
    assert "is to get 3" in finding.message


def test_who_answers_at_once_gets_more_messages_than_caps_allow() -> None:
    request = a_batch_request()
    request["template"] = {
        "stages": {name: {"messages": ["Hi"]} for name in "abcd"},
        "global_settings": {"frequency_caps": {"max_messages": 3, "per_hours": 1_000}},
    }
    (finding,) = findings(check(request))
    assert finding.rule == "messages_above_cap"
    assert "who answers each stage at once is to get 4" in finding.message
    stages = request["template"]["stages"]
    stages["b"]["progression_rules"] = {"min_stage_duration_hours": 1_000}
    assert found(request) == []
    # Who never answers gets all of them too: that is told once.
    for stage in stages.values():
        stage["progression_rules"] = {"response_required": False}
    assert ["never answers" in one.message for one in findings(check(request))] == [True]


def test_no_pace_is_asked_of_who_has_no_time() -> None:
    request = saying("Hi", timing={"delay_hours": 24})
    request["template"]["completion_conditions"] = {"max_duration_hours": 24}
    rules = [rule for rule, _, _ in found(request, rate=1)]
    assert "end_before_first_message" in rules
    assert "volume_above_rate" not in rules


def test_more_messages_than_the_provider_takes() -> None:
    request = a_batch_request(recipient_count=200, schedule={"end_date": "2026-03-02T19:00:00Z"})
    rules = [rule for rule, _, _ in found(request, rate=10)]
    # 200 recipients, two stages, ten hours.
    assert rules == ["volume_above_rate"]
    assert found(request, rate=50) == []


@pytest.mark.parametrize(
    ("head", "rule", "place"),
    [
        ({"scheduled_at": "2026-03-01T09:00:00Z"}, "impossible_times", "scheduled_at"),
        (
            {"schedule": {"end_date": "2026-03-01T09:00:00Z"}},
            "impossible_times",
            "schedule.end_date",
        ),
        ({"servicetype": "billing"}, "other_service", "servicetype"),
        ({"_id": None}, "no_request_id", "_id"),
        ({"recipients": []}, "refused_request", "recipients"),
        ({"recipients": {"id": 1}}, "refused_request", "recipients"),
    ],
)
def test_what_is_wrong_with_the_request_itself(head: Any, rule: str, place: str) -> None:
    assert [(rule, place) for rule, place, _ in found(a_batch_request() | head)] == [(rule, place)]


def test_what_leaves_no_campaign_is_told_with_every_field() -> None:
    request = a_batch_request(name=5, context_data=[])
    assert {(rule, place) for rule, place, _ in found(request)} == {
        ("refused_request", "name"),
        ("refused_request", "context_data"),
        ("recipients_not_checked", "recipients"),
    }


def test_every_wrong_field_of_a_template_is_told() -> None:
    document = a_template_document()
    document["stages"]["awareness"]["messages"][0]["timing"] = {"delay": 1}
    document["stages"]["decision"]["progression_rules"] = {"min_responses_required": 0}
    places = [place for rule, place, _ in found(a_batch_request(template=document))]
    assert places[:2] == [
        f"{MESSAGE}.timing.delay",
        "template.stages.decision.progression_rules.min_responses_required",
    ]


def test_an_end_before_the_first_message() -> None:
    request = a_batch_request(schedule={"end_date": "2026-03-02T12:00:00Z"})
    message = request["template"]["stages"]["awareness"]["messages"][0]
    message["timing"] = {"delay_hours": 4}
    assert found(request) == [("end_before_first_message", "schedule.end_date", None)]


def test_a_stage_after_the_end() -> None:
    request = a_batch_request()
    rules = request["template"]["stages"]["awareness"]["progression_rules"]
    rules["min_stage_duration_hours"] = 100
    request["template"]["completion_conditions"] = {"max_duration_hours": 50}
    place = "template.completion_conditions.max_duration_hours"
    assert found(request) == [("stage_after_end", place, None)]


EARLIER, LATER = "2026-03-09T09:00:00+01:00", "2026-03-16T08:00:00Z"


@pytest.mark.parametrize(
    ("planned", "rules"),
    [(EARLIER, [("two_starts", "schedule.start_date", None)]), (LATER, []), (None, [])],
)
def test_a_start_that_another_one_outdoes(
    planned: str | None, rules: list[tuple[str, str, str | None]]
) -> None:
    request = a_batch_request(scheduled_at=LATER, schedule={"start_date": planned})
    assert found(request) == rules
    if rules:
        (finding,) = findings(check(request))
        assert "scheduled_at is 2026-03-16T08:00:00+00:00, which counts" in finding.message


@pytest.mark.parametrize(
    ("field", "value"), [("schedule", {"start_date": LATER}), ("scheduled_at", LATER)]
)
def test_a_start_in_a_template_is_told_to_have_no_effect(field: str, value: Any) -> None:
    request = a_batch_request(template=a_template_document(**{field: value}))
    assert found(request) == [("start_in_template", f"template.{field}", None)]


def test_findings_of_a_rule_are_counted_and_only_the_first_are_kept() -> None:
    request = saying("Hi {{ recipient.x }} {{ recipient.y }}")
    request["recipients"] = [person(number) for number in range(1_000)]
    report = check(request)
    assert report.log.errors == 2_000
    assert len(findings(report)) == 40
    stored = report.log.document()
    assert stored["counts"] == {"missing_variable": 2_000}
    assert len(stored["first"]) == 40


def test_very_many_unknown_zones_cost_no_more_than_few() -> None:
    recipients = [person(n, first_name="A", timezone=f"Mars/Crater {n}") for n in range(3_000)]
    recipients += [person(3_000 + n, first_name="A", timezone="Europe/Paris") for n in range(10)]
    report = check(a_batch_request(recipients=recipients))
    assert report.log.counts == {("unknown_time_zone", ""): 3_000}


def test_words_for_a_channel_that_is_not_used_need_no_variables() -> None:
    request = saying("Hi", channels={"sms": {"template": "{{ nope }}"}})
    assert found(request) == [("rule_without_effect", f"{MESSAGE}.channels.sms", None)]


def test_words_for_a_channel_that_is_used_need_their_variables() -> None:
    request = saying("Hi", channels={"email": {"template": "{{ nope }}"}})
    assert {rule for rule, _, _ in found(request)} == {"missing_variable"}


@pytest.mark.parametrize(
    ("phrases", "rules"),
    [(["unsubscribe", "stop"], ["response_is_opt_out"]), (["unsubscribe", "go on"], [])],
)
def test_a_demanded_response_that_is_an_opt_out(phrases: list[str], rules: list[str]) -> None:
    request = a_batch_request()
    stage = request["template"]["stages"]["awareness"]
    stage["progression_rules"] = {"specific_response_required": "x"}
    request["template"]["responses"] = {"x": phrases}
    assert [rule for rule, _, _ in found(request)] == rules


@pytest.mark.parametrize(
    ("own_types", "rules"), [([], ["unreachable_stage"]), (["sales"], []), (None, [])]
)
def test_a_stage_out_of_order_needs_a_class_that_leads_into_it(
    own_types: list[str] | None, rules: list[str]
) -> None:
    request = a_batch_request(campaign_type="sales")
    request["template"]["stages"]["decision"]["skip_in_order"] = True
    assert [rule for rule, _, _ in found(request, own_types=own_types)] == rules


OWN = {"name": "v", "template": "own"}
OTHER = {"name": "w", "template": "another"}
X = "{{ recipient.x }}"


@pytest.mark.parametrize(
    ("message", "template"),
    [
        ({"subject": X, "variants": [{"name": "v", "subject": "own"}]}, {}),
        ({"channels": {"email": {"template": X}}, "variants": [OWN, OTHER]}, {}),
        (
            {
                "timing": {"max_follow_ups": 1},
                "follow_up_templates": [{"template": X}],
                "variants": [OWN | {"follow_up_templates": [{"template": "again"}]}],
            },
            {},
        ),
        ({"template": X, "channels": {"email": {"template": "by mail"}}}, {}),
        ({"variants": [{"name": "v", "subject": "own"}]}, {"subject": X}),
    ],
)
def test_words_that_others_stand_before_are_missed_by_nobody(
    message: dict[str, Any], template: dict[str, Any]
) -> None:
    request = a_batch_request(recipient_count=2)
    request["template"] = {"stages": {"a": {"messages": [{"template": "t"} | message]}}} | template
    assert found(request) == []


def test_words_for_the_channel_of_an_address_are_what_its_person_gets() -> None:
    request = saying(X, channels={"sms": {"template": "by sms"}})
    request["template"]["global_settings"] = {"channels": ["email", "sms"]}
    by_phone = {"id": "by phone", "contact_info": {"phone": "+49301234567"}}
    request["recipients"] = [by_phone, person(1)]
    assert found(request) == [("missing_variable", "recipients.1.contact_info.x", "user_1")]
    request["template"]["global_settings"] |= {"channel_fallback": True}
    request["recipients"] = [{"id": "both", "contact_info": by_phone["contact_info"]}]
    assert found(request) == []


def test_what_the_campaign_says_of_all_recipients_is_not_missing() -> None:
    request = saying(X) | {"context_data": {"recipient.x": "all"}}
    request["recipients"] = [person(1), person(2, x="own"), person(3, x=None)]
    assert [who for _, _, who in found(request)] == ["user_3"]
