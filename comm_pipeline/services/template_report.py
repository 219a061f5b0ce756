"""Whom a newer version of its template touches in a campaign, and how; nothing is changed."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from comm_pipeline.domain.awaited_messages import awaited_delivery, awaited_keys
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import (
    NOT_LEFT,
    Advance,
    Answer,
    CampaignFacts,
    Complete,
    Decision,
    DeliveryFact,
    Escalate,
    Send,
    Silence,
    Wait,
    as_it_left,
    decide,
)
from comm_pipeline.domain.findings import Finding, error
from comm_pipeline.domain.ids import MessageKey
from comm_pipeline.domain.template_differences import Outlook, TemplateDifferences
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.calendars import CalendarBook
from comm_pipeline.services.checking.campaign_check import CampaignCheck, CheckRules
from comm_pipeline.services.checking.entries import in_batches, look_at_all
from comm_pipeline.services.config_manager import ConfigManager, campaign_variables
from comm_pipeline.services.template_change import (
    MessageChange,
    TemplateChange,
    find_in_counts,
)
from comm_pipeline.services.template_plan import TemplatePlan
from comm_pipeline.services.template_words import WordsCheck
from comm_pipeline.storage.repositories import Repositories

_BATCH: Final = 500


class TemplateReporter:
    """Compares the two versions for every open conversation of a campaign."""

    def __init__(
        self,
        repositories: Repositories,
        config_manager: ConfigManager,
        plan: TemplatePlan,
        delay_factor: float,
        now: datetime,
    ) -> None:
        self._repositories = repositories
        self._plan = plan
        self._delay_factor = delay_factor
        self._now = now
        self._differences = TemplateDifferences(plan.old, plan.new)
        self._words = WordsCheck(plan.updated, plan.new)
        new = plan.new
        self._calendars = (
            config_manager.calendars_of(plan.campaign),
            CalendarBook(new.business_hours, new.holidays, new.optimal_contact_times),
        )

    async def report(self) -> TemplateChange:
        """Return whom the newer version touches, and how."""
        differences = self._differences
        change = TemplateChange(
            plan=self._plan,
            stages_added=differences.stages_added,
            stages_removed=differences.stages_removed,
            messages={
                position: MessageChange(*position, kind)
                for position, kind in differences.positions().items()
            },
        )
        change.findings.extend(self._plan.findings(self._now))
        await self._look_at_template(change)
        async for batch, deliveries in self._open_conversations():
            for conversation in batch:
                self._look_at(conversation, deliveries, change)
        change.findings.extend(find_in_counts(change))
        return change

    async def _look_at_template(self, change: TemplateChange) -> None:
        plan = self._plan
        if plan.campaign.conversation_states_initialized:
            change.findings.extend(self._words.find_in_template())
            return
        # Nobody has been written to: the check before the start is made again.
        updated, requests = plan.updated, self._repositories.requests
        check = CampaignCheck(
            updated,
            plan.new,
            campaign_variables(updated, plan.new),
            CheckRules(self._now, self._delay_factor),
            change.findings,
        )
        position = 0
        async for entries in in_batches(requests.stream_recipients(updated.batch_request_id)):
            await look_at_all(check, position, entries, self._repositories.contacts)
            position += len(entries)
        check.finish()

    def _look_at(
        self,
        conversation: Conversation,
        deliveries: Mapping[MessageKey, DeliveryFact],
        change: TemplateChange,
    ) -> None:
        delivery = awaited_delivery(conversation, deliveries)
        outlook = self._differences.outlook(conversation)
        change.in_removed_stages += conversation.current_stage not in self._plan.new.stage_names
        change.on_their_way += delivery is not None and delivery.status in NOT_LEFT
        change.count_outlook(outlook)
        change.findings.extend(_repeated(conversation, outlook))
        change.findings.extend(self._words.look_at(conversation, outlook.ahead))
        change.count(conversation.user_id, self._next_change(conversation, delivery))

    def _next_change(self, conversation: Conversation, delivery: DeliveryFact | None) -> str | None:
        """Return what the conversation would have done next and does now; None: the same."""
        plan = self._plan
        before, after = (
            self._decided(conversation, delivery, is_new=is_new) for is_new in (False, True)
        )
        if before == after:
            return None
        told = told_decision(before), told_decision(after)
        what = f"{told[0]} at another time" if told[0] == told[1] else f"{told[0]} → {told[1]}"
        is_gone = conversation.current_stage not in plan.new.stage_names
        return f"in {conversation.current_stage}{' (removed)' if is_gone else ''}: {what}"

    def _decided(
        self, conversation: Conversation, delivery: DeliveryFact | None, *, is_new: bool
    ) -> Decision | str:
        plan = self._plan
        campaign, template = (plan.updated, plan.new) if is_new else (plan.campaign, plan.old)
        facts = CampaignFacts(self._delay_factor, campaign.ends_at)
        try:
            calendar = self._calendars[is_new].of(conversation.contact, campaign.learned_hours)
        except InvalidInputError as refusal:
            return f"fails: {refusal}"
        current = as_it_left(conversation, delivery)
        return decide(current, template, facts, self._now, delivery, calendar)

    async def _open_conversations(
        self,
    ) -> AsyncIterator[tuple[Sequence[Conversation], Mapping[MessageKey, DeliveryFact]]]:
        """Yield open conversations, with what the ledger says of their latest messages."""
        campaign_id, after = self._plan.campaign.id, ""
        repositories = self._repositories
        while batch := await repositories.conversations.find_open(campaign_id, after, _BATCH):
            keys = [key for one in batch for key in awaited_keys(one)]
            yield batch, await repositories.ledger.delivery_facts(keys) if keys else {}
            after = batch[-1].id


def told_decision(decision: Decision | str) -> str:
    """Return what a decision does, in words of which there are few."""
    match decision:
        case Send(reason=reason):
            text = f"says {reason}"
        case Answer() | Silence():
            text = _answered(decision)
        case Advance(next_stage=stage):
            text = f"goes on to {stage}"
        case Escalate(action=action):
            text = f"calls a person ({action})"
        case Complete(outcome=outcome, rule=rule):
            text = f"ends as {outcome} ({rule})"
        case Wait(rule=rule, reason=reason):
            text = f"waits, {reason}" if reason.startswith("next: ") else f"waits ({rule})"
        case str():
            text = decision
    return text


def _answered(decision: Answer | Silence) -> str:
    if isinstance(decision, Silence):
        return f"does not answer ({decision.rule})"
    return "asks for approval of an answer" if decision.needs_approval else "answers"


def _repeated(conversation: Conversation, outlook: Outlook) -> list[Finding]:
    return [
        error(
            "message_said_again",
            f"template.stages.{stage}.messages.{index}",
            "has the words of a message that was heard at another position, and would be heard "
            "again",
            "put new messages behind those that were said, and keep the names of stages",
            recipient=conversation.user_id,
            topic=f"{stage}.{index}",
        )
        for stage, index in outlook.repeated
    ]
