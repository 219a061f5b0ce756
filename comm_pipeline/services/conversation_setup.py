"""The conversations of a new campaign: one for each recipient, also for those who fail at once."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bson import encode

from comm_pipeline.domain.addresses import known_addresses
from comm_pipeline.domain.batch_requests import Recipient, parse_recipient
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.conversations import Conversation, DecisionRecord, StageVisit
from comm_pipeline.domain.ids import RecipientId, conversation_id
from comm_pipeline.domain.statuses import ConversationStatus, Outcome
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.domain.transition import conclude
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.campaign_poller import recipient_id_or_position
from comm_pipeline.services.contact_details import contact_of
from comm_pipeline.storage.repositories import Repositories

#: What is known of a recipient lies in the conversation, beside all that is said in it.
_MOST_BYTES: Final = 250_000


async def set_up_conversations(
    repositories: Repositories,
    campaign: Campaign,
    template: CampaignTemplate,
    now: datetime,
    batch_size: int,
) -> int:
    """Create a conversation for each recipient of the campaign's request; return how many.

    Doing it again completes what is missing and changes nothing else. A recipient who cannot be
    written to gets a conversation that has failed, with the reason.
    """
    blank = _blank(campaign, template, now)
    count, stored = 0, asyncio.create_task(asyncio.sleep(0))
    try:
        async for entries in _batches(repositories, campaign, batch_size):
            contacts = await _contacts(repositories, entries)
            conversations = [
                _begun(blank, template, entry, position, contacts, now)
                for position, entry in enumerate(entries, start=count)
            ]
            # One batch after the other: of two recipients with one address the first keeps it.
            await stored
            stored = asyncio.create_task(_store(repositories, conversations, now))
            await asyncio.sleep(0)  # sends it, so that MongoDB works while the next one is made
            count += len(entries)
    finally:
        await stored
    return count


async def conversation_to_come(
    repositories: Repositories,
    campaign: Campaign,
    template: CampaignTemplate,
    recipient_id: RecipientId,
    now: datetime,
) -> Conversation | None:
    """Return the first state of a conversation that is not stored yet, as it would be at ``now``.

    None if the recipient is not in the campaign's request.
    """
    position = 0
    async for entry in repositories.requests.stream_recipients(campaign.batch_request_id):
        if recipient_id_or_position(entry, position)[0] == recipient_id:
            contacts = await _contacts(repositories, [entry])
            return new_conversation(campaign, template, entry, position, contacts, now)
        position += 1
    return None


def new_conversation(
    campaign: Campaign,
    template: CampaignTemplate,
    entry: object,
    position: int,
    contacts: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> Conversation:
    """Return the first state of the conversation with one entry of ``recipients``."""
    blank = _blank(campaign, template, now)
    return _begun(blank, template, entry, position, contacts, now)


def _begun(
    blank: Conversation,
    template: CampaignTemplate,
    entry: object,
    position: int,
    contacts: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> Conversation:
    """Return ``blank`` as the conversation with one entry of ``recipients``."""
    recipient_id, problem = recipient_id_or_position(entry, position)
    own_id = conversation_id(blank.campaign_id, recipient_id)
    conversation = blank.model_copy(update={"id": own_id, "user_id": recipient_id})
    if problem is not None:
        return _failed(conversation, problem, now)
    try:
        recipient = _recipient(entry, recipient_id, contacts)
        return _with_recipient(conversation, recipient, template, now)
    except InvalidInputError as error:
        return _failed(conversation, f"recipient {recipient_id}: {error}", now)


def _blank(campaign: Campaign, template: CampaignTemplate, now: datetime) -> Conversation:
    """Return what all conversations of a campaign begin with; it is nobody's yet."""
    nobody = RecipientId("")
    return Conversation(
        id=conversation_id(campaign.id, nobody),
        user_id=nobody,
        campaign_id=campaign.id,
        campaign_type=campaign.type,
        current_stage=campaign.initial_stage,
        stages=(StageVisit(name=campaign.initial_stage, entered_at=now),),
        context={
            "template_id": campaign.template_id,
            "available_stages": list(template.stage_names),
        },
        status=ConversationStatus.ACTIVE,
        created_at=now,
        last_active=now,
        # A campaign that is found long after it was to start has been due since then.
        next_action_at=min(now, campaign.scheduled_at or now),
    )


def _with_recipient(
    conversation: Conversation, recipient: Recipient, template: CampaignTemplate, now: datetime
) -> Conversation:
    context = {**recipient.context, **conversation.context, "recipient": recipient.variables()}
    if (size := len(encode(context))) > _MOST_BYTES:
        raise InvalidInputError(f"has {size:,} bytes of data; up to {_MOST_BYTES:,} may be")
    contact = contact_of(recipient.contact_info, template, now)
    known = known_addresses(recipient.contact_info, contact.phone, template.channel_order)
    if known.email is not None and known.email != known.main:
        contact = contact.model_copy(update={"email": known.email})
    return conversation.model_copy(
        update={"address": known.main, "contact": contact, "context": context}
    )


def _recipient(
    entry: object, recipient_id: RecipientId, contacts: Mapping[str, Mapping[str, Any]]
) -> Recipient:
    if isinstance(entry, Mapping):
        return parse_recipient(entry)
    contact = contacts.get(recipient_id)
    if contact is None:
        raise InvalidInputError(
            "there is no such contact; store it in contacts, or give contact_info in the request"
        )
    return parse_recipient({**contact, "id": recipient_id})


def _failed(conversation: Conversation, reason: str, now: datetime) -> Conversation:
    decision = DecisionRecord(at=now, kind="complete", rule="unusable_recipient", reason=reason)
    failed = conclude(conversation, Outcome.ERROR, reason, now)
    return failed.model_copy(update={"address": None, "decisions": (decision,)})


async def _store(
    repositories: Repositories, conversations: Sequence[Conversation], now: datetime
) -> None:
    taken = set(await repositories.conversations.create_many(conversations))
    await repositories.conversations.create_many(
        _failed(conversation, _doubled(conversation), now)
        for conversation in conversations
        if conversation.id in taken
    )


def _doubled(conversation: Conversation) -> str:
    field = "phone" if conversation.address == conversation.phone else "email"
    return f"contact_info.{field}: another recipient of this campaign has the same address"


async def _contacts(
    repositories: Repositories, entries: Sequence[object]
) -> dict[str, dict[str, Any]]:
    ids = [str(entry) for entry in entries if isinstance(entry, str | int)]
    return await repositories.contacts.find(ids) if ids else {}


async def _batches(
    repositories: Repositories, campaign: Campaign, size: int
) -> AsyncIterator[list[object]]:
    batch: list[object] = []
    async for entry in repositories.requests.stream_recipients(campaign.batch_request_id):
        batch.append(entry)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
