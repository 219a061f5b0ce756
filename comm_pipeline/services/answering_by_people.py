"""What people do about conversations that need them: answer, give back or end, approve, reject.

Each is one commit of the conversation, compare-and-set like every other; what a person writes goes
through the ledger, and leaves with the campaign's next pass. All of it may be done twice.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comm_pipeline.domain.analysis import POSSIBLE_OPT_OUT
from comm_pipeline.domain.answers_transition import (
    approved,
    key_for_person,
    proposal_of,
    rejected,
    resumed,
    with_words_of_a_person,
)
from comm_pipeline.domain.channel_choice import Route
from comm_pipeline.domain.conversations import (
    Conversation,
    DecisionRecord,
    Direction,
    HistoryEntry,
)
from comm_pipeline.domain.escalations import EscalationKind, EscalationStatus
from comm_pipeline.domain.gates import HELD
from comm_pipeline.domain.ids import CampaignId, ConversationId, RecipientId, conversation_id
from comm_pipeline.domain.messages import RenderedText, ledger_entry
from comm_pipeline.domain.statuses import (
    CampaignStatus,
    ConversationStatus,
    DeliveryStatus,
    Outcome,
)
from comm_pipeline.domain.transition import conclude
from comm_pipeline.errors import ConflictError, InvalidInputError, NotFoundError
from comm_pipeline.services.address_stops import AddressStop, stop_address
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.possible_opt_outs import let_addresses_go, stop_doubted
from comm_pipeline.storage.conversation_commits import Commit
from comm_pipeline.storage.repositories import Repositories

#: How often a change is tried again when somebody else changed the conversation first.
_TRIES: Final = 5
_LONGEST: Final = 20_000
#: Outcomes that a person may end a conversation with.
ENDINGS: Final = (Outcome.SUCCESS, Outcome.NO_RESPONSE, Outcome.HANDED_OFF, Outcome.OPTED_OUT)
#: After these nobody is written to, by whomever.
_CLOSED: Final = frozenset({Outcome.OPTED_OUT, Outcome.BOUNCED, Outcome.EXPIRED, Outcome.ERROR})
_ENDED: Final = frozenset({ConversationStatus.COMPLETED, ConversationStatus.FAILED})
#: The kind of a decision that a person made, and the rule of a late opt-out.
_PERSON: Final = "person"
_OPT_OUT: Final = "opted_out"
#: Campaigns of which messages leave, now or once they are resumed.
_OPEN_CAMPAIGNS: Final = frozenset({CampaignStatus.ACTIVE, CampaignStatus.PAUSED})


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it, in words; not ``is_new`` if it had been done before."""

    text: str
    is_new: bool = True


_Change = tuple[Conversation, tuple[HistoryEntry, ...], DecisionRecord, Done]


@dataclass(frozen=True, slots=True)
class HandOffDesk:
    """Where people act. ``message_id_domain`` is that of the Message-IDs."""

    repositories: Repositories
    message_id_domain: str
    clock: Clock

    async def answer(self, campaign_id: str, recipient_id: str, text: str) -> Done:
        """Write to a recipient in their thread; the answers that wait are dropped.

        Raises NotFoundError, and InvalidInputError for who must not be written to.
        """
        words = text.strip()
        if not words or len(words) > _LONGEST:
            raise InvalidInputError(f"the text must have 1 to {_LONGEST:,} characters")
        campaign = await self.repositories.campaigns.get(CampaignId(campaign_id))
        if campaign.status not in _OPEN_CAMPAIGNS:
            raise InvalidInputError(
                f"{campaign_id} is {campaign.status}: nothing of it leaves any more"
            )

        def answered(conversation: Conversation, now: datetime) -> _Change | Done:
            _check_may_be_written_to(conversation)
            key = key_for_person(conversation, words)
            if any(entry.message_id == key for entry in conversation.message_history):
                return Done("it was written before, and nothing has come since", is_new=False)
            rendered = RenderedText(_subject(conversation), words, route=_way(conversation))
            after, entry = with_words_of_a_person(
                conversation, rendered, self.message_id_domain, now
            )
            done = Done(f"written; it leaves with the next pass, in {conversation.address}'s hours")
            return after, (entry,), _by_hand(now, "answer", "a person wrote"), done

        await self._check_not_suppressed(campaign_id, recipient_id)
        done = await self._change(campaign_id, recipient_id, answered)
        if done.is_new:
            await self._close(
                campaign_id,
                recipient_id,
                EscalationStatus.RESOLVED,
                "a person answered",
                EscalationKind.APPROVAL,
            )
        return done

    async def resolve(
        self, campaign_id: str, recipient_id: str, outcome: Outcome | None, note: str = ""
    ) -> Done:
        """Give a held conversation back to the pipeline, or end it with an outcome.

        ``opted_out`` suppresses every address of the person too, and ends what other campaigns have
        with them; one that has ended keeps its outcome. Of one whose last words may have been an
        opt-out, it says whether they were: by ``opted_out``, or by anything else. Raises
        NotFoundError, and InvalidInputError for an outcome that is not for people, or, changing
        nothing, if it has ended otherwise.
        """
        if outcome is not None and outcome not in ENDINGS:
            raise InvalidInputError(f"outcome: must be one of {', '.join(ENDINGS)}")
        key = conversation_id(CampaignId(campaign_id), RecipientId(recipient_id))
        is_doubted = await self._is_doubted(key)

        def settled(conversation: Conversation, now: datetime) -> _Change | Done:
            if is_doubted and conversation.outcome not in (None, outcome):
                return _judged(conversation, outcome, note, now)
            return _resolved(conversation, outcome, note, now)

        if outcome is Outcome.OPTED_OUT:
            await self._suppress(campaign_id, recipient_id)
        done = await self._change(campaign_id, recipient_id, settled)
        await self._end_doubt(key, outcome)
        await self._let_go(campaign_id, recipient_id, is_ended=outcome is not None)
        if outcome is Outcome.OPTED_OUT:
            await self._stop_elsewhere(campaign_id, recipient_id)
        # An answer that waits for approval still does in a conversation that goes on.
        kind = EscalationKind.HAND_OFF if outcome is None else None
        await self._close(campaign_id, recipient_id, EscalationStatus.RESOLVED, note or None, kind)
        return done

    async def _is_doubted(self, key: ConversationId) -> bool:
        """Return whether a person is to say whether something in a conversation is an opt-out."""
        waiting = await self.repositories.escalations.find_open_of(key)
        return any(one.rule == POSSIBLE_OPT_OUT for one in waiting)

    async def _end_doubt(self, key: ConversationId, outcome: Outcome | None) -> None:
        """Stop what waited for the decision, or let it go."""
        decide = stop_doubted if outcome is Outcome.OPTED_OUT else let_addresses_go
        await decide(self.repositories, key, self.clock())

    async def _let_go(self, campaign_id: str, recipient_id: str, *, is_ended: bool) -> None:
        """Have the stage's messages looked at that were held for a person, or settle them."""
        key = conversation_id(CampaignId(campaign_id), RecipientId(recipient_id))
        ledger, now = self.repositories.ledger, self.clock()
        if not is_ended:
            if await ledger.release(key, HELD, now):  # a pass may have planned without them
                await self.repositories.campaigns.look_again(CampaignId(campaign_id), now)
            return
        why = "conversation: a person has ended it"
        cancelled = DeliveryStatus.CANCELLED
        await ledger.stop_waiting([key], cancelled, why, now, stage_messages_only=True)

    async def approve(self, campaign_id: str, recipient_id: str) -> Done:
        """Let a proposed answer leave, as it was proposed. Raises NotFoundError if none waits."""

        def passed(conversation: Conversation, now: datetime) -> _Change | Done:
            proposal = proposal_of(conversation)
            if proposal is None or not conversation.is_active:
                raise NotFoundError(f"no answer to {recipient_id} waits for approval")
            if proposal.is_approved:
                return Done("it is approved already", is_new=False)
            done = Done(f"approved; it leaves with the next pass:\n\n{proposal.text}")
            return approved(conversation, now), (), _by_hand(now, "approve", "approved"), done

        return await self._decide(campaign_id, recipient_id, passed, EscalationStatus.APPROVED)

    async def reject(self, campaign_id: str, recipient_id: str, note: str = "") -> Done:
        """Drop a proposed answer; the conversation goes on without it.

        Raises NotFoundError if none waits.
        """

        def dropped(conversation: Conversation, now: datetime) -> _Change | Done:
            proposal = proposal_of(conversation)
            if proposal is None or proposal.is_approved or not conversation.is_active:
                raise NotFoundError(f"no answer to {recipient_id} waits for approval")
            record = _by_hand(now, "reject", note or "rejected")
            return rejected(conversation, now), (), record, Done("rejected; nothing is sent")

        return await self._decide(
            campaign_id, recipient_id, dropped, EscalationStatus.REJECTED, note or None
        )

    async def _decide(
        self,
        campaign_id: str,
        recipient_id: str,
        change: Callable[[Conversation, datetime], _Change | Done],
        status: EscalationStatus,
        note: str | None = None,
    ) -> Done:
        """Decide about a proposal; saying the same again is no mistake."""
        try:
            done = await self._change(campaign_id, recipient_id, change)
        except NotFoundError:
            if await self._last_approval(campaign_id, recipient_id) is status:
                return Done(f"it was {status} before", is_new=False)
            raise
        await self._close(campaign_id, recipient_id, status, note, EscalationKind.APPROVAL)
        return done

    async def _change(
        self,
        campaign_id: str,
        recipient_id: str,
        change: Callable[[Conversation, datetime], _Change | Done],
    ) -> Done:
        """Commit a change; the conversation is read again if somebody else was first."""
        key = conversation_id(CampaignId(campaign_id), RecipientId(recipient_id))
        conversations = self.repositories.conversations
        for _ in range(_TRIES):
            conversation = Conversation.model_validate(
                await conversations.get_conversation_state(key)
            )
            now = self.clock()
            changed = change(conversation, now)
            if isinstance(changed, Done):  # whoever did it may have died right after
                await self._reserve(conversation, conversation.message_history)
                await self.repositories.campaigns.look_again(conversation.campaign_id, now)
                return changed
            after, entries, record, done = changed
            token = uuid.uuid4().hex
            commit = Commit(conversation, after, entries, (record,))
            if await conversations.commit([commit], token):
                await self._reserve(after, (*conversation.message_history, *entries))
                await conversations.clear_outbox([conversation.id], token)
                # Whatever its status: one that has just ended settles what was written too late.
                await self.repositories.campaigns.look_again(conversation.campaign_id, now)
                return done
        raise ConflictError(f"{key}: is changed all the time; try again")

    async def _reserve(self, conversation: Conversation, history: tuple[HistoryEntry, ...]) -> None:
        """Reserve whatever is in the outbox: also what a pass has just put there."""
        waiting = set(conversation.outbox)
        entries = [ledger_entry(conversation, e) for e in history if e.message_id in waiting]
        await self.repositories.ledger.reserve(entries)

    async def _close(
        self,
        campaign_id: str,
        recipient_id: str,
        status: EscalationStatus,
        note: str | None,
        kind: EscalationKind | None = None,
    ) -> None:
        key = conversation_id(CampaignId(campaign_id), RecipientId(recipient_id))
        escalations = self.repositories.escalations
        for one in await escalations.find_open_of(key):
            if kind is None or one.kind is kind:
                await escalations.close(one.id, status, self.clock(), note)

    async def _last_approval(self, campaign_id: str, recipient_id: str) -> EscalationStatus | None:
        key = conversation_id(CampaignId(campaign_id), RecipientId(recipient_id))
        latest = await self.repositories.escalations.find_latest_of(key, EscalationKind.APPROVAL)
        return None if latest is None else latest.status

    async def _addresses(self, campaign_id: str, recipient_id: str) -> list[str]:
        key = conversation_id(CampaignId(campaign_id), RecipientId(recipient_id))
        return sorted(await self.repositories.conversations.all_addresses(key))

    async def _suppress(self, campaign_id: str, recipient_id: str) -> None:
        for address in await self._addresses(campaign_id, recipient_id):
            await self.repositories.suppressions.add(
                address, f"a person noted it in {campaign_id}", "person", self.clock()
            )

    async def _stop_elsewhere(self, campaign_id: str, recipient_id: str) -> None:
        reason = f"a person noted it in {campaign_id}"
        stop = AddressStop(Outcome.OPTED_OUT, "opt_out", reason, "person")
        for address in await self._addresses(campaign_id, recipient_id):
            await stop_address(self.repositories, address, stop, self.clock())

    async def _check_not_suppressed(self, campaign_id: str, recipient_id: str) -> None:
        """Refuse to write to an address that is suppressed: the one that the words would go to."""
        key = conversation_id(CampaignId(campaign_id), RecipientId(recipient_id))
        document = await self.repositories.conversations.get_conversation_state(key)
        conversation = Conversation.model_validate(document)
        way = _way(conversation)
        address = conversation.address if way is None else way.address
        found = await self.repositories.suppressions.find([address] if address else [])
        if address in found:
            here = await self.repositories.suppressions.find_doubted(key)
            if not found[address].kind.is_final and address in here:
                return  # whoever writes has seen what was written
            raise InvalidInputError(
                f"{recipient_id} must not be written to: suppressed: {found[address].told}"
            )


def _check_may_be_written_to(conversation: Conversation) -> None:
    if conversation.outcome in _CLOSED or conversation.address is None:
        ended = conversation.outcome or "it has no address"
        raise InvalidInputError(f"{conversation.user_id} must not be written to: {ended}")


def _resolved(
    conversation: Conversation, outcome: Outcome | None, note: str, now: datetime
) -> _Change | Done:
    """Return the conversation given back, or ended with an outcome."""
    if outcome is None and conversation.status is ConversationStatus.ACTIVE:
        return Done("it is active already", is_new=False)
    if outcome is not None and conversation.outcome is outcome:
        return Done(f"it has ended as {outcome} already", is_new=False)
    if conversation.status in _ENDED:
        return _ended_before(conversation, outcome, note, now)
    reason = f"a person resolved it{': ' + note if note else ''}"
    if outcome is None:
        after = resumed(conversation, now)
        return after, (), _by_hand(now, "resolve", reason), Done("it goes on")
    after = conclude(conversation, outcome, reason, now)
    return after, (), _by_hand(now, "resolve", reason), Done(f"it has ended as {outcome}")


def _ended_before(
    conversation: Conversation, outcome: Outcome | None, note: str, now: datetime
) -> _Change | Done:
    """Return an ended conversation with a person's word that nobody is to write any more.

    Raises InvalidInputError for whatever else somebody wants of it.
    """
    ended = conversation.outcome or conversation.status
    if outcome is not Outcome.OPTED_OUT:
        raise InvalidInputError(
            f"{conversation.user_id}: it has ended as {ended}; nothing is changed. Only "
            f"{Outcome.OPTED_OUT} may still be said of it"
        )
    words = f"it had ended as {ended}; nobody writes to them any more"
    if any((one.kind, one.rule) == (_PERSON, _OPT_OUT) for one in conversation.decisions):
        return Done(words, is_new=False)
    reason = f"a person noted an opt-out{': ' + note if note else ''}"
    return conversation, (), _by_hand(now, _OPT_OUT, reason), Done(words)


def _judged(
    conversation: Conversation, outcome: Outcome | None, note: str, now: datetime
) -> _Change:
    """Return an ended conversation with what a person says of what may have been an opt-out."""
    said = "was an opt-out" if outcome is Outcome.OPTED_OUT else "was no opt-out"
    record = _by_hand(now, "resolve", f"what was written {said}{': ' + note if note else ''}")
    done = Done(f"it had ended as {conversation.outcome}; what was written {said}")
    return conversation, (), record, done


def _subject(conversation: Conversation) -> str:
    """Return the subject of the thread's latest message, as an answer to it."""
    said = [
        str(entry.metadata["subject"])
        for entry in conversation.message_history
        if entry.direction is Direction.OUTBOUND and entry.metadata.get("subject")
    ]
    latest = said[-1] if said else "Your message"
    return latest if latest.casefold().startswith("re:") else f"Re: {latest}"


def _way(conversation: Conversation) -> Route | None:
    """Return the way of the thread's latest message by a channel that has not refused its person.

    If all have, that of the latest; None: by mail.
    """
    latest = None
    for entry in reversed(conversation.message_history):
        channel, address = entry.metadata.get("channel"), entry.metadata.get("address")
        if entry.direction is Direction.OUTBOUND and channel and address is not None:
            route = Route(str(channel), str(address))
            if route.channel not in conversation.refused_channels:
                return route
            latest = latest or route
    return latest


def _by_hand(now: datetime, rule: str, reason: str) -> DecisionRecord:
    return DecisionRecord(at=now, kind=_PERSON, rule=rule, reason=reason)
