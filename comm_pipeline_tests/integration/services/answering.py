"""A campaign whose template answers, for the tests of answers and hand-offs."""

from typing import Any

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline_tests.harness import Pipeline
from comm_pipeline_tests.integration.services.test_campaign_life import a_request

ANSWERS: dict[str, Any] = {
    "greeting": "Hi {{ recipient.first_name }},",
    "intents": {"request_info": "The overview has two pages.", "thanks": "You are welcome."},
    "objections": {"price": "Most teams compare it with the hours that reports cost."},
    "ask_for": {"team_size": "How many people work with the numbers?"},
    "next_step": "Shall we talk on Thursday?",
    "closing": "Nora",
}


def an_answering_template(**rules: Any) -> dict[str, Any]:
    """Return a template of one stage that waits for a deal, and answers what comes before."""
    return {
        "name": "Answers",
        "stages": {
            "hello": {
                "messages": [{"subject": "Reports", "template": "Shall we talk about reports?"}],
                "progression_rules": {
                    "specific_response_required": "deal",
                    "max_stage_duration_hours": 500,
                },
            }
        },
        "responses": {"deal": ["we have a deal"]},
        "extract": {
            "team_size": {"type": "number", "pattern": "(\\d+) people", "minimum": 1},
        },
        "answers": ANSWERS,
        "global_settings": {"answer_rules": rules},
    }


async def under_way(
    pipeline: Pipeline, *people: str, template: dict[str, Any] | None = None, **rules: Any
) -> CampaignId:
    """Start the campaign and let its first messages leave."""
    document = template or an_answering_template(**rules)
    campaign_id = await pipeline.insert(a_request(document, *(people or ("ann",))))
    await pipeline.sweep()
    return campaign_id


async def hear(pipeline: Pipeline, campaign_id: str, text: str, person: str = "ann") -> None:
    """Let somebody write, and the reply be taken up."""
    await pipeline.reply(
        campaign_id, person, text, message_id=f"<{pipeline.clock():%H%M%S}@{person}.example>"
    )
    await pipeline.sweep()
