"""The life of a campaign that has every kind of message, in steps.

Before each step the world does something (time passes, people write, a provider reports); then a
worker does what is due. A worker may be killed in any step. Nobody here knows MongoDB's servers or
processes; see ``killing.py`` for workers that die inside this process, ``trials.py`` for real ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from comm_pipeline.domain.ids import CampaignId, campaign_id_for_request
from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.services.answering_by_people import HandOffDesk
from comm_pipeline.services.engine import Engine
from comm_pipeline.services.sweep import sweep
from comm_pipeline.storage.connection import Database
from comm_pipeline_tests.builders import A_POSSIBLE_OPT_OUT, a_batch_request

#: The people of a campaign, and how it ends for them.
OUTCOMES: Final = {
    "silent": "no_response",
    "eager": "success",
    "curious": "no_response",
    "angry": "success",
    "tired": "opted_out",
    "gone": "bounced",
    "mobile": "no_response",
    "greylisted": "no_response",
    "greylisted_and_tired": "opted_out",
    "greylisted_and_barred": "opted_out",
}
DOMAIN: Final = "acme.example"
MANAGER: Final = "manager@acme.example"
#: How addresses begin whose mail server wants to be asked twice.
GREYLISTED: Final = ("greylisted", MANAGER)
_ANGRY: Final = "You idiots, this is outrageous! I will call my lawyer and sue you."
_LONG: Final = timedelta(days=1)

_TEMPLATE: Final[dict[str, Any]] = {
    "name": "Every kind of message",
    "stages": {
        "hello": {
            "messages": [
                {
                    "subject": "Reports",
                    "template": "Shall we talk about reports, {{ recipient.first_name }}?",
                    "timing": {"max_follow_ups": 1, "follow_up_delay_hours": 48},
                }
            ],
            "progression_rules": {
                "specific_response_required": "deal",
                "max_stage_duration_hours": 500,
            },
        },
        "proposal": {
            "messages": [{"template": "Shall I send the proposal?"}],
            "progression_rules": {"response_required": True, "max_stage_duration_hours": 168},
        },
    },
    "default_initial_stage": "hello",
    "completion_conditions": {"all_stages_completed": True},
    "responses": {"deal": ["we have a deal"]},
    "answers": {"greeting": "Hi,", "intents": {"thanks": "You are welcome."}, "closing": "Nora"},
    "global_settings": {
        "channels": ["email", "sms"],
        "channel_fallback": True,
        "optimal_contact_times": {"learn": True},
    },
}


@dataclass(frozen=True, slots=True)
class Step:
    """What happens ``later`` than the step before.

    ``replies`` are texts by their writer; of ``bounced`` a provider reports that the first message
    did not arrive; another service suppresses ``barred``; ``answer`` is whom a person writes to,
    ``resolved`` whose hand-over a person ends. ``is_start``: the campaign is asked for.
    """

    name: str
    later: timedelta = timedelta(0)
    is_start: bool = False
    replies: dict[str, str] = field(default_factory=dict)
    bounced: Sequence[str] = ()
    barred: Sequence[str] = ()
    answer: str | None = None
    resolved: str | None = None


STEPS: Final = (
    Step("first message", is_start=True),
    Step(
        "message offered again",
        timedelta(minutes=30),
        replies={"greylisted_and_tired": "STOP"},
        bounced=("nobody",),
        barred=("greylisted_and_barred",),
    ),
    Step(
        "next stage",
        timedelta(hours=1),
        replies={"eager": "Well then, we have a deal", "curious": "Thanks a lot!"},
    ),
    Step("answer of the bot", timedelta(minutes=30)),
    Step("notice to a manager", timedelta(hours=1), replies={"angry": _ANGRY}),
    Step(
        "answer of a person",
        timedelta(minutes=30),
        answer="angry",
    ),
    Step(
        "opt-out",
        timedelta(hours=1),
        replies={"tired": "STOP", "angry": A_POSSIBLE_OPT_OUT, "nobody": "Hello?"},
    ),
    Step("message by the next channel", timedelta(hours=1), bounced=("gone", "mobile")),
    Step("follow-up", timedelta(hours=48)),
    Step("the end", timedelta(days=25), replies={"eager": "Yes please"}, resolved="angry"),
)

#: Long enough for whatever a death has delayed.
REST: Final = Step("rest", timedelta(days=25))


def address_of(person: str, request: str) -> str:
    """Return a person's mail address; nobody else of any campaign has it."""
    return f"{person}.{request}@example.com"


async def happen(step: Step, database: Database, requests: Sequence[str], now: datetime) -> None:
    """Let the world do what it does at the beginning of a step, for each campaign."""
    for request in requests:
        campaign_id = campaign_id_for_request(request)
        if step.is_start:
            await database["agent_batch_requests"].insert_one(_request(request))
        for person, text in step.replies.items():
            reply = {"campaign_id": campaign_id, "recipient_id": person, "text": text}
            identity = {"_id": f"{request} {person} {step.name}", "received_at": now}
            await database["inbound_messages"].insert_one(identity | reply)
        for person in step.bounced:
            key = f"{campaign_id}:{person}:hello:0:first"
            report = {"_id": f"{request} {person}", "idempotency_key": key, "event": "bounced"}
            await database["delivery_reports"].insert_one(report)
        for person in step.barred:
            suppression = {"_id": address_of(person, request), "reason": "asked by phone"}
            await database["suppressions"].insert_one(suppression)


async def work(step: Step, engine: Engine, requests: Sequence[str]) -> dict[str, str]:
    """Do what a person does in a step, and all that is due; return what failed."""
    desk = HandOffDesk(engine.repositories, DOMAIN, engine.clock)
    for request in requests:
        campaign_id = campaign_id_for_request(request)
        if step.answer is not None:
            await desk.answer(campaign_id, step.answer, "I am sorry. Nora")
        if step.resolved is not None:
            await desk.resolve(campaign_id, step.resolved, Outcome.SUCCESS)
    return (await sweep(engine, _LONG)).failures


async def disagreements(engine: Engine, requests: Sequence[str]) -> list[str]:
    """Return where metrics, histories and ledger of the campaigns do not agree."""
    return [
        line for request in requests for line in await engine.metrics.reconcile(_campaign(request))
    ]


def _campaign(request: str) -> CampaignId:
    return campaign_id_for_request(request)


def _request(request: str) -> dict[str, Any]:
    number = sum(request.encode())
    people = [
        {
            "id": person,
            "contact_info": {"email": address_of(person, request), "first_name": person.title()}
            | ({"phone": f"+4917012345{number % 100:02}"} if person == "mobile" else {}),
        }
        for person in OUTCOMES
    ]
    return a_batch_request(_id=request, recipients=people, template=_TEMPLATE)
