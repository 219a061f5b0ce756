"""What the fields of batch requests and inbound messages mean, for their JSON Schemas.

Templates describe their fields where they define them; these documents belong to other services as
well, and their models say only what is read of them.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from pydantic import Field

from comm_pipeline.domain.document import Document


class Meaning(NamedTuple):
    """What a field means, and a value that it may have."""

    text: str
    example: Any


class ContactInfo(Document):
    """How a person can be reached. Messages can refer to every field as ``recipient.…``."""

    email: str | None = Field(
        default=None,
        description="The e-mail address; compared in lower case.",
        examples=["ada@example.com"],
    )
    phone: str | None = Field(
        default=None,
        description="The phone number; without +, one of the country.",
        examples=["+49 30 1234567"],
    )
    phones: list[str] | None = Field(
        default=None,
        description="Further phone numbers; the first that is usable counts.",
        examples=[["+49 30 1234567"]],
    )
    timezone: str | None = Field(
        default=None,
        description="The time zone, by its IANA name; without it that of the phone number, then "
        "that of the campaign.",
        examples=["Europe/Berlin"],
    )
    time_zone: str | None = Field(
        default=None, description="The same as timezone.", examples=["Europe/Berlin"]
    )
    country: str | None = Field(
        default=None, description="The country, for its holidays.", examples=["DE"]
    )
    subdivision: str | None = Field(
        default=None,
        description="The part of the country, for its holidays.",
        examples=["BY"],
    )
    state: str | None = Field(default=None, description="The same as subdivision.", examples=["BY"])
    region: str | None = Field(
        default=None, description="The same as subdivision.", examples=["BY"]
    )
    optimal_contact_times: list[str] | str | None = Field(
        default=None,
        description="When this person likes to be written to, in local time.",
        examples=[["09:00-11:00"]],
    )
    preferred_contact_times: list[str] | str | None = Field(
        default=None, description="The same as optimal_contact_times.", examples=[["09:00-11:00"]]
    )
    first_name: str | None = Field(
        default=None, description="For messages: recipient.first_name.", examples=["Ada"]
    )
    last_name: str | None = Field(
        default=None, description="For messages: recipient.last_name.", examples=["Okafor"]
    )
    company_name: str | None = Field(
        default=None, description="For messages: recipient.company_name.", examples=["Northwind"]
    )


#: By the model's name and the name of the field as it is written.
MEANINGS: Final[Mapping[str, Mapping[str, Meaning]]] = {
    "StartAndEnd": {
        "start": Meaning("Local time at which the window begins.", "09:00"),
        "end": Meaning("Local time at which it ends.", "17:00"),
    },
    "BatchRequest": {
        "_id": Meaning("Its id, once in the collection.", "request_2026_07"),
        "name": Meaning("The campaign's name, for people.", "July leads"),
        "servicetype": Meaning(
            'Whose request it is: "communication" for this service; submit fills it in.',
            "communication",
        ),
        "status": Meaning('Where it stands: "new" to have it done; submit fills it in.', "new"),
        "created_by": Meaning("Who asks, for people.", "agent"),
        "created_at": Meaning("When it was made, with an offset.", "2026-07-01T09:00:00+02:00"),
        "template": Meaning(
            "The campaign template itself; either this or template_id.",
            {"stages": [{"name": "hello", "messages": ["Do you have a minute?"]}]},
        ),
        "template_id": Meaning(
            "The id of a stored template or the name of a file in templates/campaigns; either "
            "this or template.",
            "campaign_sales",
        ),
        "campaign_type": Meaning("Goes before the template's type.", "enterprise_sales"),
        "initial_stage": Meaning(
            "Where conversations begin; goes before the template's default_initial_stage.",
            "awareness",
        ),
        "scheduled_at": Meaning(
            "When to start, with an offset; without it at once.", "2026-07-01T09:00:00+02:00"
        ),
        "schedule": Meaning("When the campaign may run.", {"end_date": "2026-09-30T22:00:00Z"}),
        "context_data": Meaning(
            "Variables for messages, over those of the template; a dotted name is a nested one.",
            {"company.name": "Acme"},
        ),
        "metadata": Meaning(
            "Yours; kept. priority (high, normal or low) goes before the template's.",
            {"priority": "high", "owner": "sales"},
        ),
        "recipients": Meaning(
            "The people to write to, each once: objects, or ids that are looked up in contacts.",
            [{"id": "user_1", "contact_info": {"email": "ada@example.com"}}, "contact_17"],
        ),
    },
    "Schedule": {
        "start_date": Meaning(
            "When to start, with an offset; the same as scheduled_at.", "2026-07-01T09:00:00+02:00"
        ),
        "end_date": Meaning(
            "When the campaign ends, with an offset: nothing leaves any more, and open "
            "conversations end as expired.",
            "2026-09-30T22:00:00Z",
        ),
    },
    "Recipient": {
        "id": Meaning("The person's id, 1 to 200 characters, once in the request.", "user_1"),
        "contact_info": Meaning(
            "How the person can be reached.", {"email": "ada@example.com", "first_name": "Ada"}
        ),
        "context": Meaning(
            "Variables for messages to this person, over all others.", {"plan": "basic"}
        ),
    },
    "DeliveryReport": {
        "kind": Meaning("The kind of the message.", "hard_bounce"),
        "recipient": Meaning("Whom our message went to.", "ada@example.com"),
        "original_message_id": Meaning("Its Message-ID.", "<0@mail.example.com>"),
        "status": Meaning("The enhanced status code of RFC 3463.", "5.1.1"),
        "action": Meaning("The report's own word: failed, delayed, delivered …", "failed"),
        "diagnostic": Meaning("What the refusing server said.", "550 5.1.1 user unknown"),
    },
    "InboundMessage": {
        "_id": Meaning("Its id at whoever wrote it, once in the collection.", "mail:4711"),
        "text": Meaning("What the person wrote, as plain text.", "Yes, tell me more."),
        "received_at": Meaning("When it came, with an offset.", "2026-07-02T08:15:00Z"),
        "conversation_id": Meaning("The conversation, if it is known.", "campaign_x:user_1"),
        "campaign_id": Meaning("The campaign, together with recipient_id.", "campaign_x"),
        "recipient_id": Meaning("The recipient, together with campaign_id.", "user_1"),
        "from_address": Meaning("Whose address it came from.", "ada@example.com"),
        "subject": Meaning("Its subject.", "Re: A quick question"),
        "message_id": Meaning("Its own Message-ID.", "<1@mail.example.com>"),
        "in_reply_to": Meaning("The Message-ID that it answers.", "<0@mail.example.com>"),
        "references": Meaning("The Message-IDs of its thread.", ["<0@mail.example.com>"]),
        "to_plus": Meaning(
            "What stands after the + in the addresses that it went to; our key is one.", ["0a1b2c"]
        ),
        "kind": Meaning(
            "What it is: genuine, auto_reply, out_of_office, hard_bounce, soft_bounce, complaint, "
            "opt_out or own. Without it, its words tell.",
            "hard_bounce",
        ),
        "report": Meaning(
            "Of bounces and complaints: what is reported on one of our messages.",
            {"kind": "hard_bounce", "original_message_id": "<0@mail.example.com>"},
        ),
        "out_of_office_until": Meaning(
            "When somebody is back who is away, with an offset, within a year; else the "
            "words tell.",
            "2026-07-13T00:00:00+02:00",
        ),
        "status": Meaning('Where it stands: "new" to have it read.', "new"),
    },
    "ProviderReport": {
        "_id": Meaning("Its id at whoever wrote it, once in the collection.", "callback:SM1:sent"),
        "event": Meaning(
            "What happened: accepted, sent, delivered, bounced, complained, failed or rejected; "
            "with the provider twilio, its MessageStatus.",
            "delivered",
        ),
        "idempotency_key": Meaning(
            "The message, by its _id in outbound_messages; a webhook is told it.",
            "campaign_x:user_1:hello:0:first",
        ),
        "message_id": Meaning("The message, by its Message-ID.", "<0@mail.example.com>"),
        "provider_message_id": Meaning("The message, by the provider's own id.", "SM1"),
        "provider": Meaning(
            "Whose words event has: twilio; without it those of the message's channel.", "twilio"
        ),
        "error_code": Meaning("The provider's code for why it was refused.", 30005),
        "detail": Meaning("The provider's words.", "unknown destination handset"),
        "received_at": Meaning("When it came, with an offset.", "2026-07-02T08:15:00Z"),
        "status": Meaning('Where it stands: "new" to have it read.', "new"),
    },
}
