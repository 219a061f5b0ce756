"""Bad batch requests fail with a reason that their author understands, and stop nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import BSON, Decimal128, Int64, ObjectId, encode
from bson.raw_bson import RawBSONDocument

from comm_pipeline.domain.ids import campaign_id_for_request
from comm_pipeline_tests.builders import a_batch_request, a_recipient, a_template_document
from comm_pipeline_tests.harness import MONDAY_MORNING, Pipeline

pytestmark = pytest.mark.anyio

_MISSING = object()


@dataclass(frozen=True)
class Case:
    """A change that spoils a good request, and words that the reason must contain."""

    name: str
    spoil: Callable[[dict[str, Any]], None]
    reason: tuple[str, ...]


def field(path: str, value: Any, *reason: str) -> Case:
    """Return the case of one field with a wrong value; ``_MISSING`` takes the field away."""

    def spoil(document: dict[str, Any]) -> None:
        *above, last = path.split("/")
        holder: Any = document
        for part in above:
            holder = holder[int(part) if isinstance(holder, list) else part]
        if value is _MISSING:
            del holder[last]
        else:
            holder[int(last) if isinstance(holder, list) else last] = value

    shown = "missing" if value is _MISSING else repr(value)[:40]
    return Case(f"{path} = {shown}", spoil, reason or (path.replace("/", "."),))


def message_case(source: str, *reason: str, kind: str = "template") -> Case:
    place = f"template.stages.awareness.messages.0.{kind}"
    return field(f"template/stages/awareness/messages/0/{kind}", source, place, *reason)


def two_templates(document: dict[str, Any]) -> None:
    document["template_id"] = "campaign_sales"


def deep(levels: int) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for _ in range(levels):
        document = {"a": document}
    return document


def extract(**fields: Any) -> dict[str, Any]:
    return {"size": fields}


EXTRACT_FIELD = "template.stages.awareness.extract.size"
EXTRACT = "template/stages/awareness/extract"
RULES = "template/stages/awareness/progression_rules"
TIMING = "template/stages/awareness/messages/0/timing"

FIELDS = [
    field("name", _MISSING, "name: is missing"),
    field("name", "", "name"),
    field("name", "n" * 501, "name"),
    *(field("name", value, "name") for value in (5, None, True, ["a"], {"a": 1}, 2.5)),
    *(field("created_at", value, "created_at") for value in ("soon", {}, [], True)),
    field("created_at", "2026-03-02T08:00:00", "created_at", "time zone"),
    field("created_by", 7, "created_by"),
    field("campaign_type", ["sales"], "campaign_type"),
    field("context_data", "text", "context_data"),
    field("context_data", [1], "context_data"),
    field("context_data", {"company": "x", "company.name": "y"}, "context_data.company"),
    field("context_data", {"a": {"$where": 1}}, "context_data.a", "$where"),
    field("context_data", deep(60), "context_data", "nested"),
    field("metadata", 5, "metadata"),
    field("metadata", {"$set": 1}, "metadata", "$set"),
    field("metadata", {"a": [{"b": {"$inc": 1}}]}, "metadata.a.0.b", "$inc"),
    field("metadata", deep(60), "metadata", "nested"),
    field("initial_stage", "no_such_stage", "initial_stage", "'no_such_stage'", "awareness"),
    field("initial_stage", "", "initial_stage"),
    field("initial_stage", 3, "initial_stage"),
]

RECIPIENTS = [
    field("recipients", _MISSING, "recipients: must be a list"),
    field("recipients", [], "recipients: is empty"),
    *(
        field("recipients", value, "recipients: must be a list")
        for value in (None, "ann", 5, {"id": "ann"}, True)
    ),
    field("recipients", ["ann", "ann"], "recipients", "ann"),
    field("recipients", ["5", 5], "recipients", "5"),
    field("recipients", [5, Int64(5)], "recipients", "5"),
    field("recipients", [a_recipient(1), "user_1"], "recipients", "user_1"),
    field("recipients", [None, "recipients.0"], "recipients", "id of its own"),
]

TIMES = [
    field("scheduled_at", "2026-03-01T09:00:00Z", "scheduled_at", "2026-03-01"),
    field("scheduled_at", "2026-03-05T09:00:00", "scheduled_at", "time zone"),
    field("scheduled_at", "2026-03-05", "scheduled_at", "time zone"),
    field("scheduled_at", "tomorrow", "scheduled_at"),
    field("scheduled_at", "0001-01-01T00:00:00+14:00", "scheduled_at"),
    field("scheduled_at", "9999-12-31T23:59:59-14:00", "scheduled_at"),
    field("schedule", "always", "schedule"),
    field("schedule", {"start_date": "2026-03-05T09:00:00"}, "schedule.start_date", "time zone"),
    field("schedule", {"start_date": "2026-02-05T09:00:00Z"}, "schedule.start_date", "2026-02-05"),
    field("schedule", {"end_date": "2026-03-01T09:00:00Z"}, "schedule.end_date", "over"),
    field(
        "schedule",
        {"start_date": "2026-03-06T09:00:00Z", "end_date": "2026-03-05T09:00:00Z"},
        "schedule",
        "end_date must come after start_date",
    ),
]

TEN_YEARS = {"follow_up_delay_hours": 87_840}
TEMPLATES = [
    field("template", _MISSING, "template", "template_id"),
    Case("both templates", two_templates, ("template", "template_id", "not both")),
    *(field("template", value, "template") for value in ("text", 5, [], True)),
    field("template", {}, "template.stages"),
    field("template/stages", {}, "template.stages", "at least one stage"),
    field("template/stages", [], "template.stages", "at least one stage"),
    field("template/stages", "awareness", "template.stages"),
    field("template/stages", [{"messages": []}], "template.stages.0.name"),
    field("template/stages", [{"name": "a"}, {"name": "a"}], "template.stages", "'a'", "twice"),
    field("template/stages", {"": {}}, "template.stages", "1 to 100"),
    field("template/stages", {"a": 5}, "template.stages.a"),
    field("template/stages/awareness/messages", "Hello", "template.stages.awareness.messages"),
    field("template/stages/awareness/messages", [5], "messages.0"),
    field("template/stages/awareness/messages", [{}], "messages.0.template: is missing"),
    field("template/default_initial_stage", "nowhere", "'nowhere'", "awareness, decision"),
    field("template/default_initial_stage", {"a": 1}, "initial_stage"),
    field("template/global_settings", [1], "template.global_settings"),
    field("template/global_settings", {"timing_rules": 1}, "global_settings.timing_rules"),
    field(f"{TIMING}", "soon", "timing"),
    field(f"{TIMING}/delay_hours", "two", "timing.delay_hours"),
    field(f"{TIMING}/delay_hours", -1, "timing.delay_hours"),
    field(f"{TIMING}/delay_hours", float("inf"), "timing.delay_hours"),
    field(f"{TIMING}/delay_hours", float("nan"), "timing.delay_hours"),
    field(f"{TIMING}/max_follow_ups", 10**6, "timing.max_follow_ups"),
    field(f"{TIMING}/max_follow_ups", Decimal128("1.5"), "timing.max_follow_ups"),
    field(f"{TIMING}/delay_days", 1, "timing.delay_days: is not a known field"),
    field(f"{RULES}/response_requird", True, "response_requird: is not a known field"),
    field(f"{RULES}/max_stage_duration_hours", 1e300, "max_stage_duration_hours"),
    field(f"{RULES}/min_stage_duration_hours", 500, "min_stage_duration_hours", "168"),
    field(f"{RULES}/specific_response_required", "yes_please", "'yes_please'", "phrases"),
    field("template/completion_conditions", {"max_duration_hours": 1e300}, "max_duration_hours"),
    field(
        "template/completion_conditions",
        {"max_duration_hours": float("inf")},
        "max_duration_hours",
    ),
    field("template/responses", {"yes": {"phrases": []}}, "template.responses.yes"),
    field("template/responses", {"yes": {"phrases": [""]}}, "template.responses.yes"),
    field("template/responses", {"yes": ["good", " "]}, "template.responses.yes"),
    field("template/responses", {"yes": ["x" * 300_000]}, "template.responses.yes"),
    field("template/responses", {"yes": 5}, "template.responses.yes"),
    field("template/context_data", {"a": 1, "a.b": 2}, "context_data.a"),
    field("template/context_data", {"a." * 3_000 + "b": 1}, "context_data.a.a", "40 levels"),
    field("template/fallbacks", {"a." * 3_000 + "b": 1}, "fallbacks", "40 levels"),
    field(
        "template/global_settings",
        {"follow_up_strategies": {"none": {"delay_factor": 1_000}}, "timing_rules": TEN_YEARS},
        "template.global_settings.follow_up_strategies.none.delay_factor: 1000 times",
        "ten years",
    ),
    field("template/metadata", {"$where": 1}, "template.metadata", "$where"),
    field("template/metadata", deep(60), "template.metadata", "nested"),
]

EXTRACTS = [
    field(EXTRACT, extract(type="text"), EXTRACT_FIELD, "needs pattern"),
    field(EXTRACT, extract(type="choice"), EXTRACT_FIELD, "needs choices"),
    field(EXTRACT, extract(type="choice", choices=[""]), EXTRACT_FIELD),
    field(EXTRACT, extract(type="choice", choices=["x" * 300_000]), EXTRACT_FIELD),
    field(EXTRACT, extract(type="colour"), f"{EXTRACT_FIELD}.type"),
    field(EXTRACT, extract(pattern="([0-9]+"), f"{EXTRACT_FIELD}.pattern", "regular expression"),
    field(EXTRACT, extract(pattern="[0-9]+"), f"{EXTRACT_FIELD}.pattern", "group"),
    field(EXTRACT, extract(pattern=r"(a)\1"), f"{EXTRACT_FIELD}.pattern", "regular expression"),
    field(EXTRACT, extract(pattern="(a{1000}){1000}"), f"{EXTRACT_FIELD}.pattern"),
    field("template/extract", extract(pattern="("), "template.extract.size.pattern"),
]

SOURCES = [
    message_case("", "at least 1"),
    message_case("Hi {{ name", "line 1"),
    message_case("{% if x %}Hi", "line 1"),
    message_case("{% for x in range(10**9) %}x{% endfor %}"),
    message_case("{{ ''.__class__.__mro__ }}"),
    message_case("{{ recipient['__class__'] }}"),
    message_case("{{ recipient|attr('__class__') }}"),
    message_case("{{ lipsum.__globals__ }}"),
    message_case("{{ self._TemplateReference__context }}"),
    message_case("{{ 'x' * 10**9 }}"),
    message_case("{{ 9**9**9 }}"),
    message_case("{{ '%999999999d'|format(1) }}"),
    message_case("{% include '/etc/passwd' %}"),
    message_case("{% import 'os' as os %}"),
    message_case("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}"),
    message_case("{{ " + "(" * 500 + "1" + ")" * 500 + " }}"),
    message_case("{{ a }}" * 5_000, "characters"),
    message_case("{{ ''.__class__ }}", kind="subject"),
    message_case("{{ ''.__class__ }}", kind="html"),
    field(
        "template/stages/awareness/messages/0/conditional_templates",
        [{"condition": "response.rating <", "template": "Hi"}],
        "messages.0.conditional_templates.0.condition",
    ),
    field(
        "template/stages/awareness/messages/0/conditional_templates",
        [{"condition": "True", "template": "{{ ''.__class__ }}"}],
        "messages.0.conditional_templates.0.template",
    ),
    field(
        "template/stages/awareness/messages/0/follow_up_templates",
        [{"template": "{{ x"}],
        "messages.0.follow_up_templates.0.template",
    ),
    field("template/subject", "{{ x", "template.subject"),
]

CASES = [*FIELDS, *RECIPIENTS, *TIMES, *TEMPLATES, *EXTRACTS, *SOURCES]


async def test_every_bad_request_fails_alone_and_says_where(pipeline: Pipeline) -> None:
    requests = []
    for number, case in enumerate(CASES):
        request = a_batch_request(_id=f"bad_{number}")
        case.spoil(request)
        requests += [request, a_good_request(number)]
    await pipeline.repositories.requests._collection.insert_many(requests)

    await pipeline.sweep()

    wrong = [
        f"{case.name}: {document['status']}, {document.get('error')}"
        for number, case in enumerate(CASES)
        if not _is_explained(document := await pipeline.request(f"bad_{number}"), case)
    ]
    assert "\n".join(wrong) == ""
    assert len(pipeline.channel.sent) == len(CASES)
    assert await pipeline.repositories.campaigns.count_by_status() == {"active": len(CASES)}


def a_good_request(number: int) -> dict[str, Any]:
    return a_batch_request(_id=f"good_{number}", recipients=[a_recipient(number)])


def _is_explained(document: dict[str, Any], case: Case) -> bool:
    error = document.get("error", "")
    return (
        document["status"] == "failed"
        and all(part in error for part in case.reason)
        # What a person reads names fields, not the insides of a program.
        and not any(word in error for word in ("Traceback", "pydantic", "object at 0x"))
        and "claim" not in document
    )


async def test_an_unknown_template_id_is_named(pipeline: Pipeline) -> None:
    await pipeline.insert(a_batch_request(template_id="no_such_template"))

    await pipeline.sweep()

    error = (await pipeline.request("request_1"))["error"]
    assert "template_id" in error
    assert "'no_such_template'" in error


@pytest.mark.parametrize("stored_id", ["mine", ObjectId("65f000000000000000000001"), 42])
async def test_a_stored_template_is_found_whatever_its_id_is(
    pipeline: Pipeline, stored_id: Any
) -> None:
    template = a_template_document(_id=stored_id)
    await pipeline.repositories.templates._collection.insert_one(template)

    campaign_id = await pipeline.insert(a_batch_request(template_id=stored_id))
    await pipeline.sweep()

    campaign = await pipeline.repositories.campaigns.get(campaign_id)
    assert campaign.template_id == str(stored_id)
    assert len(pipeline.channel.sent) == 3


async def test_a_bad_stored_template_fails_the_request(pipeline: Pipeline) -> None:
    await pipeline.repositories.templates.put("broken", {"stages": {"a": {"messages": ["{{"]}}})
    await pipeline.insert(a_batch_request(template_id="broken"))

    await pipeline.sweep()

    assert "stages.a.messages.0" in (await pipeline.request("request_1"))["error"]


@pytest.mark.parametrize(
    "request_id",
    [
        ObjectId("65f000000000000000000002"),
        "a,b/c d?e#f%g",
        "günther 💌 ☃",
        "x" * 900,
        "",
        "..",
        17,
        Int64(2**60),
        2.5,
        True,
        datetime(2026, 3, 2, tzinfo=UTC),
        {"day": 1, "shop": "a"},
        b"bytes",
        None,
    ],
    ids=repr,
)
async def test_odd_ids_become_campaigns_with_plain_ids(pipeline: Pipeline, request_id: Any) -> None:
    campaign_id = await pipeline.insert(a_batch_request(_id=request_id))

    await pipeline.sweep()

    assert (await pipeline.request(request_id))["status"] == "completed"
    assert set(campaign_id) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
    )
    assert len(pipeline.channel.sent) == 3


async def test_ids_that_look_alike_do_not_share_a_campaign(pipeline: Pipeline) -> None:
    ids: list[Any] = ["17", 17, "a b", "a-b", "a/b"]
    for request_id in ids:
        await pipeline.insert(a_batch_request(_id=request_id))

    await pipeline.sweep()

    documents = [await pipeline.request(request_id) for request_id in ids]
    assert sorted(document["status"] for document in documents) == ["completed"] * 4 + ["failed"]
    failed = next(document for document in documents if document["status"] == "failed")
    assert "_id" in failed["error"]
    assert "campaign_17" in failed["error"]


@pytest.mark.parametrize("recipient_id", ["a,b/c", "ünï ☃", "a:b", "%41", "a\nb", "$x", "a.b"])
async def test_odd_recipient_ids_are_people_like_others(
    pipeline: Pipeline, recipient_id: str
) -> None:
    people = [a_recipient(1, id=recipient_id), a_recipient(2)]
    campaign_id = await pipeline.insert(a_batch_request(recipients=people))
    await pipeline.sweep()

    await pipeline.reply(campaign_id, recipient_id, "STOP")
    await pipeline.run_until_quiet()

    states = await pipeline.repositories.conversations.find_conversation_states({})
    outcomes = {state["user_id"]: state["outcome"] for state in states}
    assert outcomes == {recipient_id: "opted_out", "user_2": "no_response"}


async def test_other_services_requests_stay_as_they_are(pipeline: Pipeline) -> None:
    collection = pipeline.repositories.requests._collection
    theirs = [
        a_batch_request(_id="theirs", servicetype="billing"),
        a_batch_request(_id="case", servicetype="Communication"),
        a_batch_request(_id="list", servicetype=["communication", "x"][1:]),
        {"_id": "none", "status": "new"},
        {"_id": "odd", "servicetype": None, "status": "new", "anything": [1, {"a": None}]},
        a_batch_request(_id="done", status="completed"),
        a_batch_request(_id="strange", status="paused"),
    ]
    await collection.insert_many(theirs)
    before = await _raw(pipeline, "theirs", "case", "list", "none", "odd", "done", "strange")

    await pipeline.insert(a_batch_request(_id="ours"))
    await pipeline.sweep()

    after = await _raw(pipeline, "theirs", "case", "list", "none", "odd", "done", "strange")
    assert after == before
    assert len(pipeline.channel.sent) == 3


async def _raw(pipeline: Pipeline, *ids: str) -> list[bytes]:
    """Return documents as their very bytes."""
    collection = pipeline.repositories.requests._collection
    options = collection.codec_options.with_options(document_class=RawBSONDocument)
    documents = await collection.with_options(codec_options=options).find().to_list()
    found = {document["_id"]: bytes(document.raw) for document in documents}
    return [found[one] for one in ids]


@pytest.mark.parametrize("is_good", [True, False], ids=["good", "bad"])
async def test_fields_of_the_agent_service_are_kept(pipeline: Pipeline, is_good: bool) -> None:
    theirs: dict[str, Any] = {
        "priority": 3,
        "id": "their own id",
        "trace": {"span.id": "a", "nested": [1, {"b": Decimal128("1.10")}]},
        "tags": ["x"],
        "campaign": ObjectId(),
    }
    request = a_batch_request(**theirs)
    if not is_good:
        request["initial_stage"] = "nowhere"
    await pipeline.insert(request)

    await pipeline.sweep()

    document = await pipeline.request("request_1")
    changed = {"status", "campaign_id", "processed_at"} | (set() if is_good else {"error"})
    assert document["status"] == ("completed" if is_good else "failed")
    assert {key: document[key] for key in document if key not in changed} == {
        key: request[key] for key in request if key != "status"
    }


@pytest.mark.parametrize("claim", ["theirs", 5, ["a"], {"attempts": "many"}, None], ids=repr)
async def test_a_claim_that_is_not_ours_does_not_stop_us(pipeline: Pipeline, claim: Any) -> None:
    await pipeline.insert(a_batch_request(claim=claim))

    await pipeline.sweep()

    assert (await pipeline.request("request_1"))["status"] == "completed"


async def test_what_python_cannot_read_fails_the_request_alone(pipeline: Pipeline) -> None:
    """Other languages store dates after the year 9999, and texts that are not UTF-8."""
    late = a_batch_request(_id="late", created_at=MONDAY_MORNING)
    late_bytes = encode(late).replace(_date_bytes(MONDAY_MORNING), b"\xff" * 7 + b"\x7f")
    torn = a_batch_request(_id="torn", created_by="MARK")
    torn_bytes = encode(torn).replace(b"MARK", b"\xff\xfe\xc3\x28")
    for raw in (late_bytes, torn_bytes):
        await pipeline.repositories.requests._collection.insert_one(RawBSONDocument(BSON(raw)))
    await pipeline.insert(a_batch_request(_id="good"))

    await pipeline.sweep()

    assert (await pipeline.request("good"))["status"] == "completed"
    failed = await pipeline.request("late")
    assert failed["status"] == "failed"
    assert "created_at" in failed["error"]
    assert (await pipeline.request("torn"))["status"] == "completed"


def _date_bytes(instant: datetime) -> bytes:
    milliseconds = (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return milliseconds.to_bytes(8, "little", signed=True)


def _filler(document: dict[str, Any], size: int) -> str:
    return "x" * (size - len(encode(document | {"filler": ""})))


_SIXTEEN_MB = 16 * 1024 * 1024


_OUTCOMES_BY_ROOM = {
    0: {"failed"},
    30: {"failed"},
    120: {"failed", "completed"},
    500: {"completed"},
    5_000: {"completed"},
}


@pytest.mark.parametrize("room", _OUTCOMES_BY_ROOM)
async def test_a_request_that_fills_16_mb_fails_or_runs(pipeline: Pipeline, room: int) -> None:
    """However little room there is, its status is never left at ``new``."""
    big = a_batch_request(_id="big")
    big["filler"] = _filler(big, _SIXTEEN_MB - room)
    await pipeline.insert(big)
    await pipeline.insert(a_good_request(7))

    await pipeline.sweep()

    status = (await pipeline.request("big"))["status"]
    assert status in _OUTCOMES_BY_ROOM[room]
    assert pipeline.channel.texts_to("user_7@example.com")


async def test_16_mb_of_recipients_are_refused_with_the_reason(pipeline: Pipeline) -> None:
    """Their ids as texts need more room in the campaign than as numbers in the request."""
    ids = [Int64(2**62 + number) for number in range(560_000)]
    await pipeline.insert(a_batch_request(_id="many", recipients=ids))
    await pipeline.insert(a_good_request(7))

    await pipeline.sweep()

    document = await pipeline.request("many")
    assert document["status"] == "failed"
    assert "recipients" in document["error"]
    assert "16 MB" in document["error"]
    assert pipeline.channel.texts_to("user_7@example.com")


async def test_a_recipient_of_15_mb_fails_alone(pipeline: Pipeline) -> None:
    heavy = a_recipient(1, notes="x" * (15 * 1024 * 1024))
    medium = a_recipient(2, notes="x" * 10_000)
    campaign_id = await pipeline.insert(a_batch_request(recipients=[heavy, medium]))

    await pipeline.run_until_quiet()

    first = await pipeline.conversation(campaign_id, "user_1")
    assert (first["status"], first["outcome"]) == ("failed", "error")
    assert "user_1" in first["reason"]
    assert pipeline.channel.texts_to("user_2@example.com")
    assert await pipeline.engine.metrics.reconcile(campaign_id) == []


async def test_twelve_hundred_requests_at_once(pipeline: Pipeline) -> None:
    """A pass takes up 500 at a time: two times as many as it can, and some more."""
    requests = [
        a_good_request(number)
        if number % 100 == 0
        else a_batch_request(_id=f"bad_{number}", recipients="nobody")
        for number in range(1_200)
    ]
    await pipeline.repositories.requests._collection.insert_many(requests)

    report = await pipeline.sweep()

    assert len(report.requests) == 1_200
    counts = await _statuses(pipeline)
    assert counts == {"completed": 12, "failed": 1_188}
    assert len({message.recipient_address for message in pipeline.channel.sent}) == 12
    assert len(pipeline.channel.sent) == 12


async def _statuses(pipeline: Pipeline) -> dict[str, int]:
    cursor = await pipeline.repositories.requests._collection.aggregate(
        [{"$group": {"_id": "$status", "count": {"$sum": 1}}}]
    )
    return {found["_id"]: found["count"] for found in await cursor.to_list()}


async def test_a_request_that_kills_its_worker_is_given_up(pipeline: Pipeline) -> None:
    claim = {"owner": "dead", "until": MONDAY_MORNING - timedelta(minutes=1), "attempts": 5}
    await pipeline.insert(a_batch_request(status="processing", claim=claim))

    await pipeline.sweep()

    document = await pipeline.request("request_1")
    assert document["status"] == "failed"
    assert "died 5 times" in document["error"]
    assert campaign_id_for_request("request_1") == document["campaign_id"]
