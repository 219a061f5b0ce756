"""What may be an opt-out: a person has to look, and nothing is sent meanwhile."""

import pytest

from comm_pipeline.domain.replies import MOST_REPLIES
from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.answering_by_people import HandOffDesk
from comm_pipeline.services.escalation_notices import mail_about
from comm_pipeline.services.escalations import needed_escalations
from comm_pipeline.services.explanation import Explainer
from comm_pipeline_tests.builders import (
    A_POSSIBLE_OPT_OUT,
    a_batch_request,
    a_recipient,
    a_template_document,
)
from comm_pipeline_tests.harness import Pipeline
from comm_pipeline_tests.integration.services.answering import hear

pytestmark = pytest.mark.anyio

ADDRESS = "user_1@example.com"
PRIVATE = "private@example.org"


async def in_doubt(pipeline: Pipeline) -> str:
    """Start a campaign whose first recipient may have said stop, and return its id."""
    campaign_id = await pipeline.insert(a_batch_request(template=a_template_document()))
    await pipeline.sweep()
    await hear(pipeline, campaign_id, A_POSSIBLE_OPT_OUT, "user_1")
    return campaign_id


async def status_of(
    pipeline: Pipeline, campaign_id: str, person: str = "user_1"
) -> tuple[str, str | None]:
    conversation = await pipeline.conversation(campaign_id, person)
    return conversation["status"], conversation["outcome"]


def desk_of(pipeline: Pipeline) -> HandOffDesk:
    return HandOffDesk(pipeline.repositories, "acme.example", pipeline.clock)


async def doubt(pipeline: Pipeline, address: str = ADDRESS) -> str | None:
    """Return the kind under which an address stands on the suppression list."""
    found = await pipeline.repositories.suppressions.find([address])
    return found[address].kind.value if found else None


async def in_doubt_after_the_end(pipeline: Pipeline) -> str:
    """Like ``in_doubt``, but the campaign is over when the reply comes."""
    campaign_id = await pipeline.insert(a_batch_request(template=a_template_document()))
    await pipeline.run_until_quiet()
    await hear(pipeline, campaign_id, A_POSSIBLE_OPT_OUT, "user_1")
    return campaign_id


async def in_doubt_from(pipeline: Pipeline, address: str) -> str:
    """Like ``in_doubt``, but the reply comes from another address."""
    campaign_id = await pipeline.insert(a_batch_request(template=a_template_document()))
    await pipeline.sweep()
    await pipeline.reply(campaign_id, "user_1", A_POSSIBLE_OPT_OUT, from_address=address)
    await pipeline.sweep()
    return campaign_id


async def another(pipeline: Pipeline, number: int = 2) -> str:
    """Insert another campaign to the first recipient, and return its id."""
    request = a_batch_request(
        _id=f"request_{number}",
        template=a_template_document(),
        recipients=[a_recipient(1, id="the same")],
    )
    return await pipeline.insert(request)


def sent_to(pipeline: Pipeline, address: str) -> int:
    return sum(message.recipient_address == address for message in pipeline.channel.sent)


async def test_a_person_is_called_who_sees_the_reply(pipeline: Pipeline) -> None:
    campaign_id = await in_doubt(pipeline)
    assert await status_of(pipeline, campaign_id) == ("escalated", None)
    (one,) = await pipeline.repositories.escalations.find()
    assert (one.kind, one.rule, one.status) == ("hand_off", "possible_opt_out", "open")
    assert one.history[-1].text == A_POSSIBLE_OPT_OUT
    notice = mail_about(one, "sales@acme.example", "acme.example")
    assert f"comm-pipeline resolve {campaign_id} user_1 --outcome opted_out\n" in notice.text
    assert await doubt(pipeline) == "possible_opt_out"


async def test_nothing_is_sent_meanwhile_and_others_go_on(pipeline: Pipeline) -> None:
    await in_doubt(pipeline)
    for _ in range(10):
        await pipeline.sweep(hours=24)
    assert sent_to(pipeline, ADDRESS) == 1
    assert sent_to(pipeline, "user_2@example.com") > 1


async def test_a_person_decides_what_it_was(pipeline: Pipeline) -> None:
    campaign_id = await in_doubt(pipeline)
    desk = desk_of(pipeline)
    await desk.resolve(campaign_id, "user_1", Outcome.OPTED_OUT, "she wants no mail")
    assert await status_of(pipeline, campaign_id) == ("completed", "opted_out")
    assert await doubt(pipeline) == "opt_out"


async def test_a_conversation_that_is_given_back_goes_on(pipeline: Pipeline) -> None:
    campaign_id = await in_doubt(pipeline)
    desk = desk_of(pipeline)
    await desk.resolve(campaign_id, "user_1", None)
    assert (await status_of(pipeline, campaign_id))[0] == "active"
    assert await doubt(pipeline) is None


async def test_other_campaigns_wait_until_a_person_has_decided(pipeline: Pipeline) -> None:
    under_way = await another(pipeline)
    campaign_id = await in_doubt(pipeline)
    begun_later = await another(pipeline, 3)
    before = sent_to(pipeline, ADDRESS)
    for _ in range(4):
        await pipeline.sweep(hours=24)
    assert sent_to(pipeline, ADDRESS) == before
    waiting = await pipeline.repositories.ledger._collection.find(
        {
            "campaign_id": {"$in": [under_way, begun_later]},
            "status": {"$in": ["queued", "deferred"]},
        }
    ).to_list()
    assert {one["campaign_id"] for one in waiting} == {under_way, begun_later}
    assert all(one["reason"].startswith("possible_opt_out: may have opted") for one in waiting)
    assert await status_of(pipeline, under_way, "the same") == ("active", None)

    await desk_of(pipeline).resolve(campaign_id, "user_1", None)
    await pipeline.sweep()
    assert sent_to(pipeline, ADDRESS) > before


async def test_other_campaigns_end_when_it_was_an_opt_out(pipeline: Pipeline) -> None:
    other = await another(pipeline)
    campaign_id = await in_doubt(pipeline)
    before = sent_to(pipeline, ADDRESS)
    await desk_of(pipeline).resolve(campaign_id, "user_1", Outcome.OPTED_OUT)
    await pipeline.run_until_quiet()
    assert sent_to(pipeline, ADDRESS) == before
    assert await status_of(pipeline, other, "the same") == ("completed", "opted_out")


async def test_every_address_waits_that_may_have_spoken(pipeline: Pipeline) -> None:
    campaign_id = await in_doubt_from(pipeline, PRIVATE)
    assert [await doubt(pipeline, one) for one in (ADDRESS, PRIVATE)] == ["possible_opt_out"] * 2
    await desk_of(pipeline).resolve(campaign_id, "user_1", Outcome.OPTED_OUT)
    assert [await doubt(pipeline, one) for one in (ADDRESS, PRIVATE)] == ["opt_out"] * 2


async def test_a_plain_stop_settles_the_doubt(pipeline: Pipeline) -> None:
    campaign_id = await in_doubt_from(pipeline, PRIVATE)
    pipeline.clock.move(hours=1)
    await hear(pipeline, campaign_id, "STOP", "user_1")
    assert await doubt(pipeline) == "opt_out"
    assert await needed_escalations(pipeline.repositories, None, 10, pipeline.clock()) == []
    assert await doubt(pipeline, PRIVATE) == "opt_out"


async def test_after_the_end_a_person_is_called_as_well(pipeline: Pipeline) -> None:
    campaign_id = await in_doubt_after_the_end(pipeline)
    assert await status_of(pipeline, campaign_id) == ("completed", "no_response")
    pipeline.clock.move(hours=1)
    (one,) = await needed_escalations(pipeline.repositories, None, 10, pipeline.clock())
    assert (one.rule, one.status, one.notify_at) == ("possible_opt_out", "open", None)
    assert one.history[-1].text == A_POSSIBLE_OPT_OUT
    assert await doubt(pipeline) == "possible_opt_out"
    assert await pipeline.engine.metrics.reconcile(one.campaign_id) == []


@pytest.mark.parametrize(
    ("outcome", "kind"), [(Outcome.OPTED_OUT, "opt_out"), (None, None), (Outcome.NO_RESPONSE, None)]
)
async def test_after_the_end_a_person_decides_what_it_was(
    pipeline: Pipeline, outcome: Outcome | None, kind: str | None
) -> None:
    campaign_id, desk = await in_doubt_after_the_end(pipeline), desk_of(pipeline)
    done = await desk.resolve(campaign_id, "user_1", outcome, "read it")
    assert "ended as no_response" in done.text
    assert await status_of(pipeline, campaign_id) == ("completed", "no_response")
    assert await doubt(pipeline) == kind
    (one,) = await pipeline.repositories.escalations.find()
    assert (one.status, one.note) == ("resolved", "read it")
    with pytest.raises(InvalidInputError, match="it has ended as no_response"):
        await desk.resolve(campaign_id, "user_1", Outcome.HANDED_OFF)


async def test_the_doubt_outlives_the_campaign(pipeline: Pipeline) -> None:
    campaign_id = await in_doubt(pipeline)
    await pipeline.engine.campaign_manager.mark_conversation_complete(f"{campaign_id}:user_1")
    pipeline.clock.move(hours=1)
    assert len(await needed_escalations(pipeline.repositories, None, 10, pipeline.clock())) == 1
    await another(pipeline)
    await pipeline.sweep(hours=24)
    assert sent_to(pipeline, ADDRESS) == 1


async def test_two_doubts_are_decided_one_by_one(pipeline: Pipeline) -> None:
    other = await another(pipeline)
    campaign_id, desk = await in_doubt(pipeline), desk_of(pipeline)
    await hear(pipeline, other, A_POSSIBLE_OPT_OUT, "the same")
    await desk.resolve(campaign_id, "user_1", None)
    assert await doubt(pipeline) == "possible_opt_out"
    await desk.resolve(other, "the same", None)
    assert await doubt(pipeline) is None


async def test_a_reply_that_is_settled_late_is_not_doubted_again(pipeline: Pipeline) -> None:
    campaign_id = await in_doubt(pipeline)
    await desk_of(pipeline).resolve(campaign_id, "user_1", None)
    await pipeline.repositories.inbound._collection.update_many({}, {"$set": {"status": "new"}})
    await pipeline.sweep()
    assert await doubt(pipeline) is None


async def test_whoever_has_read_it_may_write_and_nobody_else(pipeline: Pipeline) -> None:
    other = await another(pipeline)
    campaign_id, desk = await in_doubt(pipeline), desk_of(pipeline)
    with pytest.raises(InvalidInputError, match="may have opted out in campaign"):
        await desk.answer(other, "the same", "Hello again")
    await desk.answer(campaign_id, "user_1", "Do you want no more mail?")
    await pipeline.sweep()
    assert pipeline.channel.texts_to(ADDRESS)[-1] == "Do you want no more mail?"


async def test_explaining_says_what_other_campaigns_wait_for(pipeline: Pipeline) -> None:
    other = await another(pipeline)
    await in_doubt(pipeline)
    explainer = Explainer(pipeline.repositories, pipeline.engine.config_manager, 1.0)
    explained = await explainer.explain(other, "the same", pipeline.clock())
    assert "possible_opt_out" in [block.rule for block in explained.blocks]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I'm away until 9 March. And let this be goodbye as far as email is concerned.", None),
        (A_POSSIBLE_OPT_OUT, "auto_reply"),
        (A_POSSIBLE_OPT_OUT, "out_of_office"),
    ],
)
async def test_words_beside_a_notice_hold_and_are_no_response(
    pipeline: Pipeline, text: str, kind: str | None
) -> None:
    campaign_id = await pipeline.insert(a_batch_request(template=a_template_document()))
    await pipeline.sweep()
    await pipeline.reply(campaign_id, "user_1", text, kind=kind)
    await pipeline.sweep()
    conversation = await pipeline.conversation(campaign_id, "user_1")
    assert (conversation["status"], conversation["stages"][-1]["responses"]) == ("escalated", 0)
    assert conversation["metrics"]["messages_received"] == 0
    assert await doubt(pipeline) == "possible_opt_out"
    (one,) = await pipeline.repositories.escalations.find()
    assert (one.rule, one.history[-1].text) == ("possible_opt_out", text)
    (reply,) = await pipeline.repositories.inbound._collection.find().to_list()
    assert (reply["status"], reply["taken_as"]) == ("noted", kind or "out_of_office")
    assert await pipeline.engine.metrics.reconcile(campaign_id) == []


@pytest.mark.parametrize("kind", ["auto_reply", "out_of_office", None])
async def test_an_absence_does_not_hide_an_opt_out(pipeline: Pipeline, kind: str | None) -> None:
    campaign_id = await pipeline.insert(a_batch_request(template=a_template_document()))
    await pipeline.sweep()
    text = "I'm away until Monday. Please remove me from your list."
    await pipeline.reply(campaign_id, "user_1", text, kind=kind)
    await pipeline.sweep()
    assert await status_of(pipeline, campaign_id) == ("completed", "opted_out")
    assert await doubt(pipeline) == "opt_out"


async def assert_that_a_person_is_called_once(pipeline: Pipeline, campaign_id: str) -> None:
    assert await status_of(pipeline, campaign_id) == ("escalated", None)
    assert await doubt(pipeline) == "possible_opt_out"
    (one,) = await pipeline.repositories.escalations.find()
    assert (one.rule, one.status) == ("possible_opt_out", "open")
    assert [said.text for said in one.history].count(A_POSSIBLE_OPT_OUT) == 1
    (reply,) = await pipeline.repositories.inbound._collection.find().to_list()
    assert reply["status"] == "malformed"


@pytest.mark.parametrize("status", ["new", "malformed"])
async def test_a_full_conversation_still_calls_a_person(pipeline: Pipeline, status: str) -> None:
    campaign_id = await pipeline.insert(a_batch_request(template=a_template_document()))
    await pipeline.sweep()
    full = {"$set": {"metrics.messages_received": MOST_REPLIES}}
    key = {"_id": f"{campaign_id}:user_1"}
    await pipeline.repositories.conversations._collection.update_one(key, full)
    await hear(pipeline, campaign_id, A_POSSIBLE_OPT_OUT, "user_1")
    # A process that dies before the reply is settled takes it up again.
    again = {"$set": {"status": status}}
    await pipeline.repositories.inbound._collection.update_one({}, again)
    await pipeline.sweep()
    await assert_that_a_person_is_called_once(pipeline, campaign_id)


async def test_a_malformed_document_still_calls_a_person(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(a_batch_request(template=a_template_document()))
    await pipeline.sweep()
    await pipeline.reply(campaign_id, "user_1", A_POSSIBLE_OPT_OUT, kind="telegram")
    await pipeline.sweep()
    await assert_that_a_person_is_called_once(pipeline, campaign_id)


async def test_a_malformed_document_without_doubt_calls_nobody(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(a_batch_request(template=a_template_document()))
    await pipeline.sweep()
    await pipeline.reply(campaign_id, "user_1", "Tell me more, please.", kind="telegram")
    await pipeline.sweep()
    assert await status_of(pipeline, campaign_id) == ("active", None)
    assert await pipeline.repositories.escalations.find() == []
