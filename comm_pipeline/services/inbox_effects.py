"""The effect of messages that were understood: answers, opt-outs, absences, other automatic mail.

A conversation is committed first and its message settled after it; a process that dies between the
two does it again, and the conversation says that it was done. Whoever says stop is suppressed
before anything else is written.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from comm_pipeline.domain.answers_expecting import expect_answer
from comm_pipeline.domain.awaited_messages import first_waits
from comm_pipeline.domain.conversations import DecisionRecord
from comm_pipeline.domain.decision import DeliveryFact
from comm_pipeline.domain.escalations import heard_from
from comm_pipeline.domain.ids import CampaignId, ConversationId, MessageKey
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.replies import (
    apply_reply,
    has_message,
    hold,
    is_in_doubt,
    possible_opt_out,
)
from comm_pipeline.domain.standstills import stand_still
from comm_pipeline.domain.statuses import ConversationStatus, DeliveryStatus, Outcome
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.domain.time_zones import zone_named
from comm_pipeline.mailbox.mail_kinds import OwnMail
from comm_pipeline.services.address_stops import AddressStop, stop_address
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.committing import commit_each
from comm_pipeline.services.escalations import open_escalations
from comm_pipeline.services.inbox_opt_outs import OPT_OUT_SOURCE, addresses_of
from comm_pipeline.services.inbox_report import InboxReport
from comm_pipeline.services.inbox_understanding import Understood, absence
from comm_pipeline.services.possible_opt_outs import hold_addresses
from comm_pipeline.storage.conversation_commits import Commit
from comm_pipeline.storage.repositories import Repositories


@dataclass(frozen=True, slots=True)
class Effect:
    """A message with what is to be written of its conversation; None if nothing is, or it was."""

    understood: Understood
    commit: Commit | None


#: Says of a message that it cannot be applied, and why.
Refuse = Callable[[Effect, Exception], Awaitable[None]]


def effect_of(
    understood: Understood,
    template: CampaignTemplate,
    deliveries: Mapping[MessageKey, DeliveryFact],
    now: datetime,
) -> Effect:
    """Return what a message does to its conversation.

    ``deliveries`` tell what became of the first messages of stages (``awaited_messages``). Raises
    InvalidInputError if the conversation is full.
    """
    return Effect(understood, _commit(understood, template, deliveries, now))


def _commit(
    understood: Understood,
    template: CampaignTemplate,
    deliveries: Mapping[MessageKey, DeliveryFact],
    now: datetime,
) -> Commit | None:
    conversation, reply = understood.conversation, understood.reply
    if understood.kind.is_response:
        if has_message(conversation, str(reply.id)):
            return None
        after, entry, decision = apply_reply(
            conversation,
            understood.stage,
            reply,
            understood.analysis,
            now,
            first_waits=first_waits(conversation, deliveries),
        )
        after, silences = expect_answer(after, template, reply, understood.analysis, now)
        return Commit(conversation, after, (entry,), (decision, *silences))
    after, decisions = conversation, list[DecisionRecord]()
    if understood.kind is MailKind.OUT_OF_OFFICE:
        moved = stand_still(conversation, absence(understood), now)
        if moved is not None:
            after, decisions = moved[0], [moved[1]]
    if is_in_doubt(conversation, understood.analysis):
        # In words beside a notice, which is no response all the same.
        decisions.append(possible_opt_out(understood.stage, now))
        after = hold(after, decisions[-1])
    return Commit(conversation, after, (), tuple(decisions)) if decisions else None


class InboxEffects:
    """Writes effects."""

    def __init__(self, repositories: Repositories, own: OwnMail, clock: Clock) -> None:
        self._repositories = repositories
        self._own = own
        self._clock = clock

    async def write(
        self,
        effects: Sequence[Effect],
        templates: Mapping[CampaignId, CampaignTemplate],
        refuse: Refuse,
        report: InboxReport,
    ) -> list[Effect]:
        """Write effects on conversations of which none stands twice; return those written.

        The others were changed under our hands: their messages stay new.
        """
        for one in effects:
            await self._suppress(one.understood)
            if one.commit is not None:  # else a person may have decided meanwhile
                await self._hold(one.understood)
        done = await self._commit_all(effects, refuse)
        for one in done:
            report.campaigns |= await self._stop(one.understood)
        await self._tell_who_has_it(done)
        await self._cancel_follow_ups(done, report)
        await self._learn(done, templates)
        campaigns = {one.understood.conversation.campaign_id for one in done}
        await self._repositories.campaigns.wake(sorted(campaigns), self._clock())
        report.campaigns |= campaigns
        return done

    async def _tell_who_has_it(self, done: Iterable[Effect]) -> None:
        """Add replies in conversations that a person has to what that person is shown."""
        for one in (effect.understood for effect in done):
            is_held = one.conversation.status is ConversationStatus.ESCALATED
            if (is_held and one.kind.is_response) or _is_doubtful(one):
                now = self._clock()
                await self._repositories.escalations.add_reply(
                    one.conversation.id, heard_from(one.reply), now
                )
                # Whatever its status: people are told of replies to a paused one, too.
                await self._repositories.campaigns.look_again(one.conversation.campaign_id, now)

    async def _suppress(self, one: Understood) -> None:
        for address in self._stopped_addresses(one):
            await self._repositories.suppressions.add(
                address, _reason(one), OPT_OUT_SOURCE, self._clock()
            )

    async def _hold(self, one: Understood) -> None:
        if _is_doubtful(one):
            addresses = addresses_of(one.conversation, one.reply, self._own)
            await hold_addresses(self._repositories, one.conversation, addresses, self._clock())

    async def _stop(self, one: Understood) -> set[CampaignId]:
        """End every other conversation with somebody who has said stop."""
        stop = AddressStop(Outcome.OPTED_OUT, "opt_out", _reason(one), OPT_OUT_SOURCE)
        campaigns = set[CampaignId]()
        for address in self._stopped_addresses(one):
            campaigns |= await stop_address(self._repositories, address, stop, self._clock())
        return campaigns

    def _stopped_addresses(self, one: Understood) -> list[str]:
        """Return where somebody is not written to any more who has said stop."""
        is_stop = one.kind is MailKind.OPT_OUT
        return addresses_of(one.conversation, one.reply, self._own) if is_stop else []

    async def _commit_all(self, effects: Sequence[Effect], refuse: Refuse) -> list[Effect]:
        by_conversation = {one.understood.conversation.id: one for one in effects}
        refused = set[ConversationId]()

        async def refuse_effect(commit: Commit, error: Exception) -> None:
            refused.add(commit.before.id)
            await refuse(by_conversation[commit.before.id], error)

        commits = [one.commit for one in effects if one.commit]
        await open_escalations(self._repositories, commits)
        written = await commit_each(self._repositories, commits, uuid.uuid4().hex, refuse_effect)
        return [
            one
            for key, one in by_conversation.items()
            if key not in refused and (one.commit is None or key in written)
        ]

    async def _cancel_follow_ups(self, done: Iterable[Effect], report: InboxReport) -> None:
        """Settle follow-ups that have not left: they ask for what has been answered."""
        answered = [
            one.understood.conversation.id
            for one in done
            if one.understood.kind is MailKind.GENUINE
        ]
        report.follow_ups_cancelled += await self._repositories.ledger.stop_waiting(
            answered,
            DeliveryStatus.CANCELLED,
            "reply: the recipient has answered meanwhile",
            self._clock(),
            follow_ups_only=True,
        )

    async def _learn(
        self, done: Iterable[Effect], templates: Mapping[CampaignId, CampaignTemplate]
    ) -> None:
        """Count when people answer, for campaigns that prefer the hours in which most do."""
        hours = defaultdict[CampaignId, Counter[int]](Counter)
        for one in (effect.understood for effect in done if effect.commit):
            times = templates[one.conversation.campaign_id].optimal_contact_times
            if one.kind is MailKind.GENUINE and times and times.learn:
                zone = zone_named(one.conversation.contact.time_zone or "UTC")
                local = one.reply.received_at.astimezone(zone)
                hours[one.conversation.campaign_id][local.hour] += 1
        for campaign_id, by_hour in hours.items():
            await self._repositories.campaigns.count_answers(campaign_id, by_hour)


def _is_doubtful(one: Understood) -> bool:
    return one.kind is not MailKind.OPT_OUT and is_in_doubt(one.conversation, one.analysis)


def _reason(one: Understood) -> str:
    return f"opted out in campaign {one.conversation.campaign_id}"
