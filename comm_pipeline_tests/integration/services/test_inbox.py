"""Replies find their conversation, are understood, and none of them stops the others."""

import time
from typing import Any

import pytest
from bson import BSON, ObjectId, encode
from bson.raw_bson import RawBSONDocument
from pymongo.errors import DuplicateKeyError

from comm_pipeline.bot import rules
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.services.reply_assignment import assign_reply
from comm_pipeline.storage.connection import Doc
from comm_pipeline_tests.builders import a_batch_request, a_recipient, a_template_document
from comm_pipeline_tests.harness import Pipeline

pytestmark = pytest.mark.anyio

CONVERSATION = "campaign_request_1:user_1"


@pytest.fixture
async def campaign_id(pipeline: Pipeline) -> CampaignId:
    """A campaign whose three people have been written to; it accepts any number of answers."""
    rules = {"response_required": True, "min_responses_required": 50}
    return await started(pipeline, awareness={"progression_rules": rules})


async def started(pipeline: Pipeline, awareness: Doc | None = None, **template: Any) -> CampaignId:
    """Start a campaign; ``awareness`` are fields of its first stage, the rest of its template."""
    document = a_template_document(**template)
    document["stages"]["awareness"] |= awareness or {}
    campaign_id = await pipeline.insert(a_batch_request(template=document))
    await pipeline.sweep()
    return campaign_id


async def receive(pipeline: Pipeline, **fields: Any) -> Doc:
    """Write a reply that says only ``fields``, sweep an hour later, and return it as settled."""
    pipeline.clock.move(hours=1)
    reply = {"_id": "reply_1", "text": "Yes, please", "received_at": pipeline.clock()} | fields
    await pipeline.repositories.inbound._collection.insert_one(reply)
    await pipeline.sweep()
    return await settled(pipeline, reply["_id"])


async def settled(pipeline: Pipeline, reply_id: Any = "reply_1") -> Doc:
    found = await pipeline.repositories.inbound._collection.find_one({"_id": reply_id})
    assert found is not None
    return found


async def is_suppressed(pipeline: Pipeline, address: str = "user_1@example.com") -> bool:
    return address in await pipeline.repositories.suppressions.find([address])


async def received(pipeline: Pipeline, person: str = "user_1") -> int:
    state = await pipeline.conversation("campaign_request_1", person)
    inbound = [entry for entry in state["message_history"] if entry["direction"] == "inbound"]
    assert state["metrics"]["messages_received"] == len(inbound)
    return len(inbound)


def message_id_to(pipeline: Pipeline, person: str) -> str:
    return next(
        message.message_id
        for message in pipeline.channel.sent
        if message.recipient_address == f"{person}@example.com"
    )


@pytest.mark.parametrize(
    "lead",
    [
        {"conversation_id": CONVERSATION},
        {"campaign_id": "campaign_request_1", "recipient_id": "user_1"},
        {"from_address": "user_1@example.com"},
        {"from_address": " USER_1@Example.COM "},
        {"conversation_id": CONVERSATION, "from_address": "other@example.com"},
        {"in_reply_to": "<unknown@example.com>", "from_address": "user_1@example.com"},
    ],
    ids=str,
)
@pytest.mark.usefixtures("campaign_id")
async def test_a_reply_is_matched_by(pipeline: Pipeline, lead: Doc) -> None:
    reply = await receive(pipeline, **lead)

    assert (reply["status"], reply["conversation_id"]) == ("applied", CONVERSATION)
    assert await received(pipeline) == 1


@pytest.mark.parametrize("domain", ["bücher.example", "xn--bcher-kva.example"])
async def test_stop_from_an_international_domain_stops_the_mail(
    pipeline: Pipeline, domain: str
) -> None:
    person = {"id": "user_1", "contact_info": {"email": f"ada@{domain}", "first_name": "Ada"}}
    await pipeline.insert(a_batch_request(recipients=[person]))
    await pipeline.sweep()
    reply = await receive(pipeline, text="STOP", from_address="ada@XN--bcher-kva.example")
    await pipeline.run_until_quiet()

    assert (reply["status"], reply["conversation_id"]) == ("applied", CONVERSATION)
    assert await is_suppressed(pipeline, "ada@bücher.example")
    assert len(pipeline.channel.sent) == 1


@pytest.mark.usefixtures("campaign_id")
async def test_a_reply_is_matched_by_in_reply_to(pipeline: Pipeline) -> None:
    answered = message_id_to(pipeline, "user_2")
    reply = await receive(pipeline, in_reply_to=answered, from_address="user_1@example.com")

    assert reply["conversation_id"] == "campaign_request_1:user_2"


@pytest.mark.usefixtures("campaign_id")
async def test_the_nearest_reference_counts(pipeline: Pipeline) -> None:
    references = [message_id_to(pipeline, "user_2"), message_id_to(pipeline, "user_3"), "<x@y>"]
    reply = await receive(pipeline, references=references)

    assert reply["conversation_id"] == "campaign_request_1:user_3"


async def test_an_address_with_two_conversations_means_the_open_one(pipeline: Pipeline) -> None:
    for number in (1, 2):
        await pipeline.insert(a_batch_request(_id=f"request_{number}", recipients=[a_recipient(1)]))
    await pipeline.sweep()
    await receive(pipeline, _id="a", text="sounds good", conversation_id=CONVERSATION)
    manager = pipeline.engine.campaign_manager
    await manager.mark_conversation_complete("campaign_request_2:user_1")

    reply = await receive(pipeline, _id="b", from_address="user_1@example.com")

    assert reply["conversation_id"] == CONVERSATION


@pytest.mark.parametrize(
    "lead",
    [
        {},
        {"conversation_id": "nobody"},
        {"conversation_id": ""},
        {"campaign_id": "campaign_request_1"},
        {"campaign_id": "campaign_request_1", "recipient_id": "nobody"},
        {"campaign_id": "nothing", "recipient_id": "user_1"},
        {"from_address": "not an address"},
        {"from_address": "stranger@example.com"},
        {"in_reply_to": "<unknown@example.com>"},
        {"references": [f"<{number}@example.com>" for number in range(20_000)]},
    ],
    ids=lambda lead: str(lead)[:60],
)
@pytest.mark.usefixtures("campaign_id")
async def test_what_belongs_nowhere_is_kept_with_the_reason(pipeline: Pipeline, lead: Doc) -> None:
    reply = await receive(pipeline, **lead)

    assert reply["status"] == "unmatched"
    assert "conversation_id, Message-ID or from_address" in reply["reason"]
    assert reply["text"] == "Yes, please"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": None}, "text"),
        ({"text": 5}, "text"),
        ({"text": ["a"]}, "text"),
        ({"text": "x" * 1_000_001}, "text"),
        ({"received_at": "yesterday"}, "received_at"),
        ({"received_at": "2026-03-02T09:00:00"}, "received_at: has no time zone"),
        ({"received_at": None}, "received_at"),
        ({"conversation_id": 5}, "conversation_id"),
        ({"from_address": ["a@example.com"]}, "from_address"),
        ({"references": "<a@b> <c@d>"}, "references"),
        ({"references": [None]}, "references.0"),
        ({"status": "pending"}, "status: must be new or left out"),
        ({"status": "New"}, "given: 'New'"),
        ({"status": 5}, "status"),
        ({"status": []}, "status"),
        ({"status": ["new"]}, "status"),
        ({"status": {"code": 1}}, "status"),
        ({"status": "x" * 100_000}, "status"),
    ],
    ids=lambda value: str(value)[:60],
)
@pytest.mark.usefixtures("campaign_id")
async def test_a_malformed_reply_is_kept_with_the_reason(
    pipeline: Pipeline, fields: Doc, reason: str
) -> None:
    reply = await receive(pipeline, **({"conversation_id": CONVERSATION} | fields))

    assert reply["status"] == "malformed"
    assert reason in reply["reason"]
    assert await received(pipeline) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"received_at": "yesterday", "from_address": "user_1@example.com"},
        {"received_at": None, "conversation_id": CONVERSATION},
        {"references": "<a@b>", "conversation_id": CONVERSATION, "text": "unsubscribe"},
        {"text": "stop\n" + "x" * 1_100_000, "conversation_id": CONVERSATION},
        {"conversation_id": "gone", "from_address": "user_1@example.com"},
        {"conversation_id": CONVERSATION, "status": "pending"},
        {"conversation_id": CONVERSATION, "kind": "spam"},
        {"conversation_id": CONVERSATION, "kind": "opt_out", "text": None},
        {"conversation_id": CONVERSATION, "kind": "opt_out", "text": ["Stop it"]},
        {"conversation_id": CONVERSATION, "kind": "opt_out", "text": "", "received_at": "now"},
        {"conversation_id": CONVERSATION, "kind": "opt_out", "text": "", "status": "open"},
        {"conversation_id": CONVERSATION, "kind": "opt_out", "text": "", "report": "none"},
        {"conversation_id": CONVERSATION, "kind": "Opt-Out", "text": "I do not mind"},
        {"conversation_id": CONVERSATION, "subject": "unsubscribe", "text": None},
        {"conversation_id": CONVERSATION, "subject": "unsubscribe", "text": "", "references": "x"},
    ],
    ids=lambda value: str(value)[:60],
)
@pytest.mark.usefixtures("campaign_id")
async def test_stop_is_honoured_in_a_reply_that_cannot_be_applied(
    pipeline: Pipeline, fields: Doc
) -> None:
    reply = await receive(pipeline, **({"text": "STOP"} | fields))

    assert reply["status"] in {"malformed", "unmatched"}
    assert await is_suppressed(pipeline)
    await pipeline.run_until_quiet()
    assert len(pipeline.channel.texts_to("user_1@example.com")) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"report": {"kind": "a bounce"}},
        {"report": {"kind": "hard_bounce"}, "received_at": "now"},
        {"kind": "hard_bounce", "received_at": "now"},
        {"kind": "own", "received_at": "now"},
    ],
    ids=str,
)
@pytest.mark.usefixtures("campaign_id")
async def test_a_malformed_report_repeats_our_words(pipeline: Pipeline, fields: Doc) -> None:
    reply = await receive(pipeline, text="STOP", conversation_id=CONVERSATION, **fields)

    assert reply["status"] == "malformed"
    assert not await is_suppressed(pipeline)


@pytest.mark.usefixtures("campaign_id")
async def test_a_reply_with_a_status_that_is_none_counts_when_it_is_assigned(
    pipeline: Pipeline,
) -> None:
    await receive(pipeline, status="pending", conversation_id=CONVERSATION)
    await assign_reply(
        pipeline.repositories, "reply_1", "campaign_request_1", "user_1", pipeline.clock()
    )
    await pipeline.sweep()

    assert (await settled(pipeline))["status"] == "applied"
    assert await received(pipeline) == 1


@pytest.mark.parametrize(
    "reply_id",
    [ObjectId("65e2c1b00123456789abcdef"), 5, 2.5, {"mailbox": 1, "uid": 7}, None, b"x", "ü/☃"],
    ids=repr,
)
@pytest.mark.usefixtures("campaign_id")
async def test_any_id_will_do(pipeline: Pipeline, reply_id: Any) -> None:
    reply = await receive(pipeline, _id=reply_id, id="theirs", conversation_id=CONVERSATION)

    assert (reply["status"], reply["id"]) == ("applied", "theirs")
    assert await received(pipeline) == 1


@pytest.mark.usefixtures("campaign_id")
async def test_a_reply_with_the_key_of_our_message_still_counts(pipeline: Pipeline) -> None:
    key = f"{CONVERSATION}:awareness:0:first"
    await receive(pipeline, _id=key, conversation_id=CONVERSATION)

    assert await received(pipeline) == 1


@pytest.mark.usefixtures("campaign_id")
async def test_one_provider_id_is_stored_once(pipeline: Pipeline) -> None:
    await receive(pipeline, provider_id="p1", conversation_id=CONVERSATION)

    with pytest.raises(DuplicateKeyError):
        await receive(pipeline, _id="again", provider_id="p1", conversation_id=CONVERSATION)

    assert await received(pipeline) == 1


@pytest.mark.usefixtures("campaign_id")
async def test_a_reply_set_back_to_new_counts_once(pipeline: Pipeline) -> None:
    await receive(pipeline, conversation_id=CONVERSATION)
    await pipeline.repositories.inbound._collection.update_one(
        {"_id": "reply_1"}, {"$set": {"status": "new"}}
    )

    await pipeline.sweep()

    assert (await settled(pipeline))["status"] == "applied"
    assert await received(pipeline) == 1


async def test_many_replies_of_one_person_keep_their_order(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    pipeline.clock.move(hours=10)
    start = pipeline.clock()
    for number in reversed(range(30)):
        received_at = start.replace(minute=number)
        await pipeline.reply(
            campaign_id, "user_1", f"answer {number}", _id=number, received_at=received_at
        )
    await pipeline.reply(campaign_id, "user_2", "hello")

    report = await pipeline.sweep()

    state = await pipeline.conversation(campaign_id, "user_1")
    inbound = [one for one in state["message_history"] if one["direction"] == "inbound"]
    assert report.inbox.applied == 31
    assert [entry["content"] for entry in inbound] == [f"answer {n}" for n in range(30)]
    assert state["stages"][-1]["responses"] == 30


async def test_a_reply_after_the_end_changes_nothing_but_is_kept(pipeline: Pipeline) -> None:
    campaign_id = await started(pipeline)
    await pipeline.engine.campaign_manager.mark_conversation_complete(CONVERSATION)

    reply = await receive(pipeline, conversation_id=CONVERSATION)

    state = await pipeline.conversation(campaign_id, "user_1")
    assert reply["status"] == "applied"
    assert (state["status"], state["outcome"]) == ("completed", "success")
    assert await received(pipeline) == 1
    assert await pipeline.engine.metrics.reconcile(campaign_id) == []


async def test_stop_after_the_end_still_suppresses(pipeline: Pipeline) -> None:
    campaign_id = await started(pipeline)
    await pipeline.run_until_quiet()

    reply = await receive(pipeline, text="unsubscribe", conversation_id=CONVERSATION)

    assert reply["status"] == "applied"
    assert (await pipeline.conversation(campaign_id, "user_1"))["outcome"] == "no_response"
    assert await is_suppressed(pipeline)


OPT_OUTS = [
    "STOP",
    "stop.",
    "Please stop!",
    "Stop now",
    "unsubscribe",
    "Please UNSUBSCRIBE me from this list",
    "Kindly opt me out",
    "I want to opt-out",
    "Remove me from your list, please",
    "take me off this list",
    "stop emailing me",
    "Stop sending me these e-mails",
    "Don't email me again",
    "Please don\u2019t email me again",
    "do not contact me",
    "No more emails please",
    "Leave me alone",
    "I no longer wish to receive this",
    "If you do not stop emailing me I will complain",
    "Please do not hesitate to remove me from the list",
    "Thanks\nstop\nRegards, Ann",
    "Great product!\n\n" + "word " * 20_000 + "\nunsubscribe",
    "x" * 5_000 + " please unsubscribe me",
    "unsubscribe\n\nOn Mon, Mar 2, 2026 at 9:00 AM Sales <s@example.com> wrote:\n> Hi Ada",
    "> Shall we talk?\nstop\n> Regards",
]
NO_OPT_OUTS = [
    "please don't unsubscribe me",
    "Please don\u2019t unsubscribe me",
    "I do not want to unsubscribe",
    "I didn't mean to opt out",
    "Non-stop flights only",
    "Let's not stop here",
    "Yes\n\n> reply STOP to unsubscribe",
    "> reply STOP to unsubscribe\n> STOP",
    "On Mon, Mar 2, 2026 at 9:00 AM Sales <s@example.com> wrote:\n> To opt out say STOP\n> stop",
    "Sure.\n-----Original Message-----\nFrom: s@example.com\nunsubscribe here",
    "-----Original Message-----\nFrom: s@example.com\nunsubscribe here",
    "",
]


@pytest.mark.parametrize("text", OPT_OUTS, ids=lambda text: text[:40])
@pytest.mark.usefixtures("campaign_id")
async def test_it_ends_the_conversation_and_suppresses(pipeline: Pipeline, text: str) -> None:
    await receive(pipeline, text=text, conversation_id=CONVERSATION)

    state = await pipeline.conversation("campaign_request_1", "user_1")
    assert (state["status"], state["outcome"]) == ("completed", "opted_out")
    assert await is_suppressed(pipeline)


@pytest.mark.parametrize("text", NO_OPT_OUTS, ids=lambda text: text[:40])
@pytest.mark.usefixtures("campaign_id")
async def test_it_is_no_opt_out(pipeline: Pipeline, text: str) -> None:
    await receive(pipeline, text=text, conversation_id=CONVERSATION)

    state = await pipeline.conversation("campaign_request_1", "user_1")
    assert (state["status"], state["outcome"]) == ("active", None)
    assert not await is_suppressed(pipeline)


async def test_stop_in_one_campaign_stops_all_others(pipeline: Pipeline) -> None:
    other = await pipeline.insert(a_batch_request(_id="request_2", recipients=[a_recipient(1)]))
    later = a_batch_request(
        _id="request_3",
        recipients=[a_recipient(1, id="the same person")],
        scheduled_at="2026-03-10T09:00:00Z",
    )
    later_id = await pipeline.insert(later)
    first = await started(pipeline)

    await receive(pipeline, text="STOP", conversation_id=f"{first}:user_1")
    await pipeline.run_until_quiet()

    assert len(pipeline.channel.texts_to("user_1@example.com")) == 2
    assert (await pipeline.conversation(other, "user_1"))["outcome"] == "opted_out"
    assert (await pipeline.conversation(later_id, "the same person"))["outcome"] == "opted_out"
    assert len(pipeline.channel.texts_to("user_2@example.com")) == 3


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("4", 4),
        ("4/5", 4),
        ("I give it a 5!", 5),
        ("5.", 5),
        ("3.5", 3.5),
        ("7", None),
        ("It took 45 days, so 2", 2),
        ("-3", None),
        ("four", 4),
        ("9" * 400, None),
        ("\u0665", None),
        ("nan inf 1e5", None),
    ],
)
async def test_a_rating_is_found(pipeline: Pipeline, text: str, rating: float | None) -> None:
    rules = {"response_required": True, "min_responses_required": 50}
    question = {"template": "How was it?", "subject": "Rating"}
    closing = {"template": "Thank you for {{ response.rating }}"}
    stages = {
        "ask": {"messages": [question], "progression_rules": rules},
        "close": {"messages": [closing]},
    }
    template = a_template_document(stages=stages, default_initial_stage="ask")
    campaign_id = await pipeline.insert(a_batch_request(template=template))
    await pipeline.sweep()

    await receive(pipeline, text=text, conversation_id=CONVERSATION)

    found = (await pipeline.conversation(campaign_id, "user_1"))["context"]["response"]
    assert found.get("rating") == rating


@pytest.mark.parametrize(
    ("extraction", "text", "value"),
    [
        ({"pattern": "(?i)seats?: *([0-9,]+)"}, "Seats: 1,200", 1200),
        ({"pattern": "([0-9]+)", "minimum": 5}, "3 or 7", 7),
        ({"pattern": "([0-9]+)"}, "9" * 60, None),
        ({"pattern": "([0-9e]+)"}, "1e999", None),
        ({"pattern": "(nan|inf)"}, "nan inf", None),
        ({"pattern": "(x)?y"}, "y", None),
        ({"type": "text", "pattern": "(?s)(.+)"}, "a" * 9_000, "a" * 500),
        ({"type": "choice", "choices": ["yes", "no"]}, "YES", "yes"),
        ({"type": "choice", "choices": ["desk", "no"]}, "a de\u017fk", "desk"),
        ({"type": "choice", "choices": ["\u00e9t\u00e9"]}, "En \u00c9t\u00c9.", "\u00e9t\u00e9"),
        ({"type": "choice", "choices": ["kilo"]}, "\u212ailo", "kilo"),
        ({"type": "choice", "choices": ["\u0130stanbul", "a.b"]}, "istanbul, a.b", "a.b"),
        ({"type": "text", "pattern": "(a+)+$"}, "a" * 15_000 + "!", None),
        ({"type": "text", "pattern": "^(a|a)*b"}, "a" * 15_000, None),
    ],
)
async def test_a_value_is_found_by_pattern(
    pipeline: Pipeline, extraction: Doc, text: str, value: Any
) -> None:
    campaign_id = await started(pipeline, extract={"size.a": extraction})

    begun = time.process_time()
    reply = await receive(pipeline, text=text, conversation_id=CONVERSATION)

    assert time.process_time() - begun < 2
    assert reply["status"] == "applied"
    found = (await pipeline.conversation(campaign_id, "user_1"))["context"]["response"]
    assert found.get("size.a") == value


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "do not stop sending " * 50_000,
        "\n" * 1_000_000,
        ">\n" * 500_000,
        "not " * 250_000,
        "On a " * 200_000,
        "\U0001f4a3" * 1_000_000,
        "5 " * 500_000,
    ],
    ids=lambda text: text[:12],
)
async def test_a_body_of_a_million_characters_takes_bounded_time(
    pipeline: Pipeline, campaign_id: CampaignId, text: str
) -> None:
    begun = time.process_time()
    reply = await receive(pipeline, text=text, conversation_id=CONVERSATION)

    assert time.process_time() - begun < 5
    assert reply["status"] == "applied"
    assert reply["text"] == text
    state = await pipeline.conversation(campaign_id, "user_1")
    entry = state["message_history"][-1]
    assert len(entry["content"]) < 20_000
    assert entry["metadata"]["characters"] == len(text)


async def test_a_flood_from_one_person_does_not_stop_the_others(
    pipeline: Pipeline, campaign_id: CampaignId
) -> None:
    """A conversation has 16 MB, however much somebody writes."""
    flood = [
        {
            "_id": number,
            "text": "\U0001f4a3" * 30_000,
            "received_at": pipeline.clock(),
            "conversation_id": CONVERSATION,
        }
        for number in range(230)
    ]
    await pipeline.repositories.inbound._collection.insert_many(flood)
    await pipeline.reply(campaign_id, "user_2", "hello")
    await pipeline.reply(campaign_id, "user_1", "STOP", received_at="2026-04-01T09:00:00Z")

    await pipeline.sweep(hours=1)

    counts = await pipeline.repositories.inbound.count_by_status()
    assert counts.get("new", 0) == 0
    assert await received(pipeline, "user_2") == 1
    assert (await pipeline.conversation(campaign_id, "user_1"))["outcome"] == "opted_out"
    refused = await pipeline.repositories.inbound._collection.find_one({"status": "malformed"})
    assert refused is not None
    assert "as many replies as" in refused["reason"]
    assert await pipeline.engine.metrics.reconcile(campaign_id) == []


@pytest.mark.parametrize("response", ["text", 5, ["a"], None])
async def test_odd_answers_in_a_context_stop_no_reply(
    pipeline: Pipeline, campaign_id: CampaignId, response: Any
) -> None:
    conversations = pipeline.repositories.conversations
    await conversations.update_conversation_state(CONVERSATION, {"context.response": response})

    reply = await receive(pipeline, conversation_id=CONVERSATION)

    assert reply["status"] == "applied"
    state = await pipeline.conversation(campaign_id, "user_1")
    assert state["context"]["response"] == {}


@pytest.mark.usefixtures("campaign_id")
async def test_what_python_cannot_read_does_not_hide_the_rest(pipeline: Pipeline) -> None:
    torn = encode({"_id": "torn", "text": "MARK", "conversation_id": CONVERSATION})
    torn = torn.replace(b"MARK", b"\xff\xfe\xc3\x28")
    await pipeline.repositories.inbound._collection.insert_one(RawBSONDocument(BSON(torn)))

    await receive(pipeline, conversation_id=CONVERSATION)

    assert (await settled(pipeline, "torn"))["status"] == "malformed"
    assert await received(pipeline) == 1


@pytest.mark.usefixtures("campaign_id")
async def test_a_crash_before_the_settlement_is_made_good(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The conversation was committed, the reply was not settled; the next sweep does only that."""

    class Died(BaseException):
        pass

    async def die(*arguments: Any, **named: Any) -> None:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(type(pipeline.repositories.inbound), "settle_all", die)
        with pytest.raises(Died):
            await receive(pipeline, text="STOP", conversation_id=CONVERSATION)
    assert await received(pipeline) == 1

    await pipeline.sweep()

    assert (await settled(pipeline))["status"] == "applied"
    assert await received(pipeline) == 1
    assert await pipeline.engine.metrics.reconcile(CampaignId("campaign_request_1")) == []


async def test_what_fails_in_one_reply_stops_no_other(
    pipeline: Pipeline, campaign_id: CampaignId, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = rules.analyse

    def fragile(text: str, *others: Any) -> Any:
        if text == "poison":
            raise RuntimeError("a bug")
        return real(text, *others)

    monkeypatch.setattr(rules, "analyse", fragile)
    await pipeline.reply(campaign_id, "user_1", "poison", _id="poison")
    await pipeline.reply(campaign_id, "user_2", "hello")

    await pipeline.sweep(hours=1)

    assert (await settled(pipeline, "poison"))["reason"] == "RuntimeError: a bug"
    assert await received(pipeline, "user_2") == 1
