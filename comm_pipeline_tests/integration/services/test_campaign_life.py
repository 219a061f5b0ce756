"""Whole campaigns, from the batch request to completion, through the real services."""

import json
from pathlib import Path
from typing import Any

import pytest

from comm_pipeline_tests.harness import Pipeline

pytestmark = pytest.mark.anyio

GOLDEN = Path(__file__).parents[2] / "golden" / "templates"
SALES = json.loads((GOLDEN / "sales_campaign_template_001.json").read_text())
SUPPORT = json.loads((GOLDEN / "support_followup_template_001.json").read_text())


def a_request(template: dict[str, Any], *people: str, **fields: Any) -> dict[str, Any]:
    return {
        "_id": "request_1",
        "name": "Q4 Enterprise Software Campaign",
        "servicetype": "communication",
        "status": "new",
        "created_by": "agent",
        "template": template,
        "recipients": [
            {
                "id": person,
                "contact_info": {
                    "email": f"{person}@example.com",
                    "first_name": person.title(),
                    "company_name": "Initech",
                },
                "recommended_feature": "forecasting",
            }
            for person in people
        ],
        "context_data": {
            "company.product_name": "CloudScale Analytics",
            "company.value_proposition": "improved data analytics performance",
            "ticket.id": 4711,
            "ticket.subject": "slow reports",
        },
        **fields,
    }


async def test_silence_ends_the_documents_sales_campaign(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(a_request(SALES, "ann", "bob"))

    await pipeline.run_until_quiet()

    campaign = await pipeline.repositories.campaigns.get(campaign_id)
    ann = await pipeline.conversation(campaign_id, "ann")
    assert campaign.status == "completed"
    assert (ann["status"], ann["outcome"]) == ("completed", "no_response")
    # The message and its two follow-ups, to each of two people.
    assert len(pipeline.channel.sent) == 6
    assert pipeline.channel.texts_to("ann@example.com")[0].startswith("Hi Ann, I wanted to reach")


async def test_an_accepted_proposal_is_a_success(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(a_request(SALES, "ann"))
    await pipeline.sweep()

    await pipeline.reply(campaign_id, "ann", "Sounds interesting. We accept your proposal.")
    await pipeline.sweep(hours=1)

    ann = await pipeline.conversation(campaign_id, "ann")
    assert (ann["status"], ann["outcome"]) == ("completed", "success")
    assert (await pipeline.request("request_1"))["status"] == "completed"


async def test_the_rating_chooses_the_closing_words(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(a_request(SUPPORT, "ann", "bob"))
    await pipeline.sweep()
    await pipeline.sweep(hours=24)
    for person in ("ann", "bob"):
        await pipeline.reply(campaign_id, person, "Yes, it has, thank you")
    await pipeline.sweep(hours=24)
    await pipeline.sweep(hours=4)
    await pipeline.reply(campaign_id, "ann", "I would say 2 out of 5")
    await pipeline.reply(campaign_id, "bob", "5!")
    await pipeline.sweep(hours=4)

    await pipeline.run_until_quiet()

    assert "sorry to hear" in pipeline.channel.texts_to("ann@example.com")[-1]
    assert "Great to hear" in pipeline.channel.texts_to("bob@example.com")[-1]
    ann = await pipeline.conversation(campaign_id, "ann")
    assert (ann["outcome"], ann["context"]["response"]) == ("success", {"rating": 2})


async def test_stop_ends_it_and_suppresses_the_address(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(a_request(SALES, "ann"))
    await pipeline.sweep()

    await pipeline.reply(campaign_id, "ann", "STOP")
    await pipeline.run_until_quiet()

    assert len(pipeline.channel.sent) == 1
    assert (await pipeline.conversation(campaign_id, "ann"))["outcome"] == "opted_out"
    assert "ann@example.com" in await pipeline.repositories.suppressions.find(["ann@example.com"])


async def test_a_scheduled_campaign_waits_for_its_time(pipeline: Pipeline) -> None:
    request = a_request(SALES, "ann", scheduled_at="2026-03-02T12:00:00Z")
    campaign_id = await pipeline.insert(request)

    await pipeline.sweep()
    before = (await pipeline.repositories.campaigns.get(campaign_id)).status
    await pipeline.sweep(hours=2, minutes=59)
    assert (before, pipeline.channel.sent) == ("scheduled", [])

    await pipeline.sweep(minutes=1)
    assert len(pipeline.channel.sent) == 1


async def test_unusable_recipients_fail_alone(pipeline: Pipeline) -> None:
    request = a_request(SALES, "ann")
    same = {"id": "ann_again", "contact_info": {"email": "ANN@example.com"}}
    nowhere = {"id": "nowhere", "contact_info": {"email": "not an address"}}
    request["recipients"] += [same, nowhere, "unknown_contact", 5, None, {"no": "id"}]
    campaign_id = await pipeline.insert(request)

    await pipeline.sweep()

    states = await pipeline.repositories.conversations.find_conversation_states({})
    reasons = {state["user_id"]: state["reason"] for state in states}
    assert [message.recipient_address for message in pipeline.channel.sent] == ["ann@example.com"]
    assert len(reasons) == 7
    assert "same address" in reasons["ann_again"]
    assert "must have an @-sign" in reasons["nowhere"]
    assert "no such contact" in reasons["unknown_contact"]
    assert "must be an id" in reasons["recipients.5"]
    assert (await pipeline.repositories.campaigns.get(campaign_id)).total_recipients == 7


async def test_metrics_agree_with_history_and_ledger(pipeline: Pipeline) -> None:
    campaign_id = await pipeline.insert(a_request(SALES, "ann", "bob"))
    await pipeline.sweep()
    await pipeline.reply(campaign_id, "ann", "Tell me more")
    await pipeline.run_until_quiet()

    metrics = await pipeline.engine.campaign_manager.get_campaign_metrics(campaign_id)

    assert await pipeline.engine.metrics.reconcile(campaign_id) == []
    assert metrics["total_recipients"] == 2
    assert metrics["stage_metrics"]["awareness"]["entered"] == 2
    assert metrics["stage_metrics"]["awareness"]["completed"] == 1
    assert metrics["message_metrics"]["total_received"] == 1


@pytest.mark.parametrize("reachable", [[], ["ann"]])
async def test_somebody_is_told_if_nobody_can_be_written_to(
    pipeline: Pipeline, reachable: list[str]
) -> None:
    request = a_request(SALES, *reachable)
    request["recipients"] += [7, {"id": "bo", "contact_info": {"email": {"$ne": None}}}]
    campaign_id = await pipeline.insert(request)

    await pipeline.sweep()

    alerts = await pipeline.repositories.alerts.find_latest(10)
    told = [f"campaign:{campaign_id}"] * (not reachable)
    assert [one["_id"] for one in alerts] == told
    assert all("none of its recipients can be written to (2)" in one["message"] for one in alerts)
    status = (await pipeline.repositories.campaigns.get(campaign_id)).status
    assert status == ("active" if reachable else "completed")
