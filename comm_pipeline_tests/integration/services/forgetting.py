"""A person who is known everywhere, and what of the person is found in a database."""

import json
from datetime import timedelta
from typing import Any

from bson import json_util

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.pseudonyms import Pseudonyms
from comm_pipeline.services.engine import hold_rules
from comm_pipeline.services.forgetting import ForgetRules, Forgetting
from comm_pipeline.storage.connection import Database
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import Pipeline

KEY = "a secret of at least thirty-two characters"
ADDRESS = "zora.quill@example.com"
PHONE = "+4915155512345"
#: What nothing but the hash may remind of.
TRACES = ("zora", "quill", "15155512345", "5155512345", "budget of 77777", "secret plan")


def the_person(recipient_id: str = "user_1") -> dict[str, Any]:
    """Return the person as an agent service writes people down."""
    return {
        "id": recipient_id,
        "contact_info": {
            "email": "Zora.Quill@Example.com",
            "phone": "+49 1515 5512345",
            "first_name": "Zora",
            "last_name": "Quill",
        },
        "context": {"about": "Zora's secret plan"},
    }


async def a_life_of_letters(
    pipeline: Pipeline, recipient_id: str = "user_1", request_id: str = "request_1"
) -> CampaignId:
    """Run a campaign to its end in which the person writes, complains, and is reported on."""
    other = {"id": "user_2", "contact_info": {"email": "bo@example.com", "first_name": "Bo"}}
    campaign_id = await pipeline.insert(
        a_batch_request(_id=request_id, recipients=[the_person(recipient_id), other])
    )
    await pipeline.sweep()
    await pipeline.reply(
        campaign_id,
        recipient_id,
        "A secret plan: we have a budget of 77777. Call +49 (1515) 5512345. Zora Quill",
        from_address=ADDRESS,
        subject="Zora here",
        in_reply_to="<1@zora.example>",
    )
    await pipeline.reply(campaign_id, "user_2", "We spoke of zora.quill@example.com, yes please")
    await pipeline.sweep(hours=1)
    await traces_of_services(pipeline, campaign_id, recipient_id)
    await pipeline.run_until_quiet()
    return campaign_id


async def traces_of_services(pipeline: Pipeline, campaign_id: str, recipient_id: str) -> None:
    """Leave what providers, services and alerts say of somebody."""
    repositories, key = pipeline.repositories, f"{campaign_id}:{recipient_id}"
    (entry, *_) = await repositories.ledger._collection.find({"conversation_id": key}).to_list()
    await repositories.provider_reports._collection.insert_one(
        {
            "_id": f"report of {campaign_id}",
            "event": "delivered",
            "message_id": entry["message_id"],
            "detail": f"to Zora <{ADDRESS}>",
        }
    )
    await repositories.inbound._collection.insert_one(
        {"text": "unmatched: Quill", "from_address": f"Zora <{ADDRESS}>", "received_at": 1}
    )
    await repositories.alerts.raise_alert(
        f"refused:{key}", f"{key} to {ADDRESS}: Zora is away", pipeline.clock()
    )
    await repositories.contacts.put(
        [
            {"_id": 77, "name": "Zora Quill", "contact_info": {"email": ADDRESS.upper()}},
            {"_id": 78, "name": "Bo", "contact_info": {"email": "bo@example.com"}},
        ]
    )
    document = {"conversation_id": key, "campaign_id": campaign_id, "recipient_id": recipient_id}
    await repositories.escalations._collection.insert_one(
        document
        | {
            "_id": f"{key}:awareness:1:hand_off",
            "stage": "awareness",
            "action": "notify_manager",
            "reason": "Zora is angry",
            "summary": "the secret plan of Quill",
            "status": "resolved",
            "created_at": pipeline.clock(),
            "address": ADDRESS,
        }
    )


def forgetting_of(pipeline: Pipeline, database: Database) -> Forgetting:
    rules = ForgetRules("forgetter", hold_rules(pipeline.engine.settings), timedelta(seconds=1))
    return Forgetting(database, pipeline.repositories, Pseudonyms(KEY), rules, pipeline.clock)


async def everything_in(database: Database) -> dict[str, str]:
    """Return every collection of a database as one text, in small letters."""
    return {
        name: json.dumps(
            json.loads(json_util.dumps(await database[name].find().to_list())), ensure_ascii=False
        ).lower()
        for name in await database.list_collection_names()
    }


async def traces_in(database: Database, *more: str) -> list[str]:
    """Return where something still reminds of the person, as collection and words."""
    texts = await everything_in(database)
    return [
        f"{name}: {trace}"
        for name, text in texts.items()
        for trace in (*TRACES, *more)
        if trace in text
    ]
