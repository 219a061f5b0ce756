"""Stable identifiers, all built here, so that doing work again finds what was done before.

A campaign's id follows from its batch request, a conversation's from campaign and recipient, a
message's from conversation, stage and step. None contains time or chance.
"""

import hashlib
import re
from functools import lru_cache
from typing import Final, NewType
from urllib.parse import quote

CampaignId = NewType("CampaignId", str)
ConversationId = NewType("ConversationId", str)
RecipientId = NewType("RecipientId", str)
StageName = NewType("StageName", str)
#: The ledger's ``_id``: one committed message, once.
MessageKey = NewType("MessageKey", str)

#: How the ids of campaigns begin; that of the batch request follows.
CAMPAIGN: Final = "campaign_"
#: Dagster does not check partition keys, and commas and slashes break its pages.
_PARTITION_SAFE: Final = re.compile(r"[A-Za-z0-9_-]{1,80}")
#: A mail address or a phone number, which would stay in ids for ever, and unrecognised: with other
#: signs in the place of @ nobody finds it who is asked to erase it.
_ADDRESS: Final = re.compile(r"\S*@\S*|\+(?:[\s().\-/]*\d){7,}")


def campaign_id_for_request(request_id: object) -> CampaignId:
    """Return the campaign's id, which is also its partition key: ``[A-Za-z0-9_-]`` only.

    A request's id of other signs becomes a digest, after as much of it as can be read. Addresses in
    it are left out.
    """
    text = str(request_id)
    if _PARTITION_SAFE.fullmatch(text):
        return CampaignId(f"{CAMPAIGN}{text}")
    slug = re.sub(r"[^A-Za-z0-9_-]+", "-", _ADDRESS.sub(" ", text))[:40].strip("-")
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    return CampaignId(f"{CAMPAIGN}{slug}_x{digest}")


def conversation_id(campaign_id: CampaignId, recipient_id: RecipientId) -> ConversationId:
    """Return the id of the one conversation that a campaign holds with a recipient."""
    return ConversationId(f"{campaign_id}:{quote(recipient_id, safe=' @+')}")


def campaign_of(conversation: ConversationId) -> CampaignId:
    """Return the id of the campaign that a conversation is one of."""
    return CampaignId(conversation.partition(":")[0])


def message_key(
    conversation: ConversationId,
    stage: StageName,
    message_index: int,
    follow_up: int,
    fallback: str | None = None,
) -> MessageKey:
    """Return the idempotency key of a message: ``follow_up`` 0 is the message itself.

    ``fallback`` is the attempt class: the channel by which it is said once more after another has
    refused it for good.
    """
    step = f"follow_up_{follow_up}" if follow_up else "first"
    key = MessageKey(f"{conversation}:{_quoted(stage)}:{message_index}:{step}")
    return fallback_key(key, fallback) if fallback else key


def answer_key(conversation: ConversationId, stage: StageName, reply_id: str) -> MessageKey:
    """Return the idempotency key of the answer to a reply that came in a stage."""
    digest = hashlib.sha256(reply_id.encode("utf-8", "replace")).hexdigest()[:24]
    return MessageKey(f"{conversation}:{_quoted(stage)}:answer:{digest}")


def person_key(conversation: ConversationId, stage: StageName, after: str, text: str) -> MessageKey:
    """Return the idempotency key of a person's message: the same words after the same message."""
    words = f"{after}\n{text}"
    digest = hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:24]
    return MessageKey(f"{conversation}:{_quoted(stage)}:person:{digest}")


@lru_cache(maxsize=1024)  # every message asks for one of the same few
def _quoted(stage: StageName) -> str:
    return quote(stage, safe=" ")


def fallback_key(refused: MessageKey, channel: str) -> MessageKey:
    """Return the idempotency key of what ``channel`` says after another has refused it for good."""
    return MessageKey(f"{refused}:by_{channel}")


def rfc_message_id(key: MessageKey, domain: str) -> str:
    """Return the Message-ID (RFC 5322, with angle brackets) of a ledger entry.

    The key is hashed because it names the recipient, and a Message-ID travels with every answer.
    """
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"
