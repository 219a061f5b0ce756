"""What may be an opt-out: a person has to look, and nothing is sent meanwhile."""

import pytest

from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.services.answering_by_people import HandOffDesk
from comm_pipeline_tests.builders import A_POSSIBLE_OPT_OUT, a_batch_request, a_template_document
from comm_pipeline_tests.harness import Pipeline
from comm_pipeline_tests.integration.services.answering import hear

pytestmark = pytest.mark.anyio

ADDRESS = "user_1@example.com"


async def in_doubt(pipeline: Pipeline) -> str:
    """Start a campaign whose first recipient may have said stop, and return its id."""
    campaign_id = await pipeline.insert(a_batch_request(template=a_template_document()))
    await pipeline.sweep()
    await hear(pipeline, campaign_id, A_POSSIBLE_OPT_OUT, "user_1")
    return campaign_id


async def status_of(pipeline: Pipeline, campaign_id: str) -> tuple[str, str | None]:
    conversation = await pipeline.conversation(campaign_id, "user_1")
    return conversation["status"], conversation["outcome"]


def sent_to(pipeline: Pipeline, address: str) -> int:
    return sum(message.recipient_address == address for message in pipeline.channel.sent)


async def test_a_person_is_called_who_sees_the_reply(pipeline: Pipeline) -> None:
    campaign_id = await in_doubt(pipeline)
    assert await status_of(pipeline, campaign_id) == ("escalated", None)
    (one,) = await pipeline.repositories.escalations.find()
    assert (one.kind, one.rule, one.status) == ("hand_off", "possible_opt_out", "open")
    assert one.history[-1].text == A_POSSIBLE_OPT_OUT
    assert not await pipeline.repositories.suppressions.find([ADDRESS])


async def test_nothing_is_sent_meanwhile_and_others_go_on(pipeline: Pipeline) -> None:
    await in_doubt(pipeline)
    for _ in range(10):
        await pipeline.sweep(hours=24)
    assert sent_to(pipeline, ADDRESS) == 1
    assert sent_to(pipeline, "user_2@example.com") > 1


async def test_a_person_decides_what_it_was(pipeline: Pipeline) -> None:
    campaign_id = await in_doubt(pipeline)
    desk = HandOffDesk(pipeline.repositories, "acme.example", pipeline.clock)
    await desk.resolve(campaign_id, "user_1", Outcome.OPTED_OUT, "she wants no mail")
    assert await status_of(pipeline, campaign_id) == ("completed", "opted_out")
    assert await pipeline.repositories.suppressions.find([ADDRESS])


async def test_a_conversation_that_is_given_back_goes_on(pipeline: Pipeline) -> None:
    campaign_id = await in_doubt(pipeline)
    desk = HandOffDesk(pipeline.repositories, "acme.example", pipeline.clock)
    await desk.resolve(campaign_id, "user_1", None)
    assert (await status_of(pipeline, campaign_id))[0] == "active"
