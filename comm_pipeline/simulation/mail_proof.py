"""Whether the promises were kept, proved by what really lies in the recipients' mail folder."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path

from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.ids import CampaignId, ConversationId, MessageKey
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.storage.repositories import Repositories

_ACCEPTED = (DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.COMPLAINED)
#: More than any campaign of a demonstration has.
_MOST_OPT_OUTS = 10_000


@dataclass(frozen=True, slots=True)
class MailProof:
    """What was found; ``violations`` says in words which promise was broken, and by which mail.

    ``mails`` lie in the folder, of which ``accepted`` should be the number; ``stopped`` people said
    stop, and ``crossed`` mails left after they wrote so and before it was read.
    """

    mails: int
    accepted: int
    stopped: int
    crossed: int
    violations: tuple[str, ...]


async def prove(
    repositories: Repositories, directory: Path, campaign_ids: Sequence[CampaignId]
) -> MailProof:
    """Compare the mails of a folder with the ledger and the opt-outs of the campaigns.

    The folder must hold the mails of these campaigns and no others.
    """
    message_ids = _message_ids(directory)
    accepted = 0
    for campaign_id in campaign_ids:
        counts = await repositories.ledger.count_by_status(campaign_id)
        accepted += sum(counts.get(status.value, 0) for status in _ACCEPTED)
    opt_outs = [
        opt_out
        for campaign_id in campaign_ids
        for opt_out in await _opt_outs(repositories, campaign_id)
    ]
    sent_at = await _times_of_sending(repositories, message_ids, opt_outs)
    return MailProof(
        mails=len(message_ids),
        accepted=accepted,
        stopped=len(opt_outs),
        crossed=_crossed(opt_outs, sent_at),
        violations=(*_unlike(message_ids, accepted), *_after_stop(opt_outs, sent_at)),
    )


@dataclass(frozen=True, slots=True)
class _OptOut:
    conversation_id: ConversationId
    address: str | None
    written_at: datetime
    read_at: datetime


_SendingTimes = Mapping[ConversationId, Sequence[datetime]]


def _message_ids(directory: Path) -> list[str]:
    parser = BytesHeaderParser(policy=default)
    return [
        str(parser.parsebytes(path.read_bytes())["Message-ID"]).strip()
        for path in sorted(directory.glob("*.eml"))
    ]


async def _opt_outs(repositories: Repositories, campaign_id: CampaignId) -> list[_OptOut]:
    """Return each conversation in whose history somebody asked for no more mails."""
    query = {"campaign_id": campaign_id, "message_history.metadata.analysis.is_opt_out": True}
    found = await repositories.conversations.find_conversation_states(query, limit=_MOST_OPT_OUTS)
    return [_opt_out(Conversation.model_validate(document)) for document in found]


def _opt_out(conversation: Conversation) -> _OptOut:
    entry = next(
        entry
        for entry in conversation.message_history
        if entry.metadata.get("analysis", {}).get("is_opt_out")
    )
    read_at = entry.metadata["applied_at"]
    return _OptOut(conversation.id, conversation.address, entry.timestamp, read_at)


async def _times_of_sending(
    repositories: Repositories, message_ids: Sequence[str], opt_outs: Sequence[_OptOut]
) -> _SendingTimes:
    """Return when each mail left that lies in the folder of somebody who said stop."""
    stopped = {opt_out.conversation_id for opt_out in opt_outs}
    times: dict[ConversationId, list[datetime]] = {one: [] for one in stopped}
    found = await repositories.ledger.find_by_message_ids(message_ids)
    for document in found.values():
        if document["conversation_id"] in stopped:
            entry = await repositories.ledger.get(MessageKey(document["_id"]))
            if entry is not None and entry.sending_at is not None:
                times[entry.conversation_id].append(entry.sending_at)
    return times


def _crossed(opt_outs: Sequence[_OptOut], sent_at: _SendingTimes) -> int:
    return sum(
        opt_out.written_at < time <= opt_out.read_at
        for opt_out in opt_outs
        for time in sent_at[opt_out.conversation_id]
    )


def _unlike(message_ids: Sequence[str], accepted: int) -> list[str]:
    found = [
        f"{message_id} lies {count} times in the mail folder"
        for message_id, count in Counter(message_ids).items()
        if count > 1
    ]
    if len(message_ids) != accepted:
        found.append(
            f"{len(message_ids)} mails lie in the folder, but the ledger says {accepted} were sent"
        )
    return found


def _after_stop(opt_outs: Sequence[_OptOut], sent_at: _SendingTimes) -> list[str]:
    return [
        f"{opt_out.address} said stop at {opt_out.read_at:%H:%M:%S}, and a mail left at "
        f"{time:%H:%M:%S}"
        for opt_out in opt_outs
        for time in sent_at[opt_out.conversation_id]
        if time > opt_out.read_at
    ]
