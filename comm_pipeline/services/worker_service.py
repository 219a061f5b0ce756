"""Worker Service: decides for every due conversation, commits, and puts messages in the ledger.

For each batch: read, decide, render, commit by compare-and-set, reserve in the ledger, clear the
outbox. The conversation is first and the ledger follows from it, so a process that dies between
the two leaves a message in the outbox, from where the next pass takes it.
"""

import asyncio
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Self

import structlog

from comm_pipeline.domain.answers_transition import proposal_of
from comm_pipeline.domain.awaited_messages import awaited_keys
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import (
    Answer,
    CampaignFacts,
    Decision,
    DeliveryFact,
    Send,
    Wait,
    decide,
)
from comm_pipeline.domain.gates import GateFacts
from comm_pipeline.domain.ids import ConversationId, MessageKey
from comm_pipeline.domain.messages import RenderedText, ledger_entry
from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.domain.time_windows import TimeWindow
from comm_pipeline.domain.transition import record
from comm_pipeline.errors import CommPipelineError, told, words_of
from comm_pipeline.services.advancing import advance_conversation, given_up
from comm_pipeline.services.answer_writing import AnswerWriting
from comm_pipeline.services.answering import action_in, compose_any
from comm_pipeline.services.calendars import CalendarBook
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.committing import commit_each, set_aside
from comm_pipeline.services.composer import on_its_way
from comm_pipeline.services.config_manager import ConfigManager, campaign_variables
from comm_pipeline.services.delivery_gates import Reserved
from comm_pipeline.services.escalations import open_escalations
from comm_pipeline.services.leases import Hold
from comm_pipeline.services.own_rules import OwnRules, decide_by_own_rules
from comm_pipeline.storage.conversation_commits import Commit
from comm_pipeline.storage.repositories import Repositories

log = structlog.get_logger(__name__)

#: Conversations that are decided before others have their turn: while messages wait to be marked or
#: settled, computing a whole batch would keep the database idle.
_IN_A_ROW = 5
#: Unexpected failures in a row after which a conversation is given up.
_MAX_FAILURES = 5


@dataclass(frozen=True, slots=True)
class WorkRules:
    """How work is done.

    ``batch_size`` conversations are committed together, ``batches_at_once`` are under way;
    durations of templates are multiplied by ``delay_factor``; ``message_id_domain`` is that of the
    Message-IDs; ``retry_delay`` grows twofold with each failure. What a conversation says more than
    ``late_after`` after it was due is marked as overdue.
    """

    batch_size: int
    batches_at_once: int
    delay_factor: float
    message_id_domain: str
    retry_delay: timedelta
    late_after: timedelta


@dataclass
class PassReport:
    """What a pass did, in counts."""

    processed: int = 0
    committed: int = 0
    messages: int = 0
    advanced: int = 0
    completed: int = 0
    escalated: int = 0
    failed: int = 0
    recovered: int = 0
    decisions: dict[str, int] = field(default_factory=dict)

    def __add__(self, other: Self) -> Self:
        """Return both together."""
        decisions = Counter(self.decisions) + Counter(other.decisions)
        numbers = {
            one.name: getattr(self, one.name) + getattr(other, one.name)
            for one in fields(self)
            if one.name != "decisions"
        }
        return type(self)(**numbers, decisions=dict(decisions))

    def count(self, commit: Commit) -> None:
        """Add one committed conversation."""
        self.committed += 1
        self.messages += len(commit.entries)
        for decision in commit.decisions:
            name = f"{decision.kind}: {decision.rule}"
            self.decisions[name] = self.decisions.get(name, 0) + 1
            self.advanced += decision.kind == "advance"
            self.completed += decision.kind == "complete"
            self.escalated += decision.kind == "escalate"
        self.failed += commit.after.outcome is Outcome.ERROR


@dataclass(frozen=True, slots=True)
class _Work:
    """What all conversations of one pass share."""

    campaign: Campaign
    template: CampaignTemplate
    calendars: CalendarBook
    facts: CampaignFacts
    learned_hours: tuple[TimeWindow, ...]
    variables: Mapping[str, Any]
    own_rules: OwnRules | None
    on_reserved: Callable[[Reserved], None]
    #: Computing is one batch's turn at a time: side by side they would only come last together.
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class WorkerService:
    """Processes the due conversations of campaigns."""

    def __init__(
        self,
        repositories: Repositories,
        config_manager: ConfigManager,
        rules: WorkRules,
        clock: Clock,
    ) -> None:
        self._repositories = repositories
        self._config_manager = config_manager
        self._rules = rules
        self._clock = clock
        #: Words answers; without it they are the template's texts as they are.
        self.writing: AnswerWriting | None = None

    @property
    def message_id_domain(self) -> str:
        """The domain of the Message-IDs."""
        return self._rules.message_id_domain

    async def process_campaign(
        self,
        campaign: Campaign,
        hold: Hold,
        own_rules: OwnRules | None = None,
        on_reserved: Callable[[Reserved], None] = lambda _: None,
    ) -> PassReport:
        """Do everything that is due for the conversations of a campaign.

        ``own_rules`` are those of its type, asked before the usual ones. ``on_reserved`` is told
        the messages that have just been put in the ledger, and are due.
        """
        report = PassReport()
        template = self._config_manager.template_of(campaign)
        work = _Work(
            campaign,
            template,
            self._config_manager.calendars_of(campaign),
            CampaignFacts(self._rules.delay_factor, campaign.ends_at),
            campaign.learned_hours,
            campaign_variables(campaign, template),
            own_rules,
            on_reserved,
        )
        if not hold.is_tidied:
            report.recovered = await self.empty_outboxes(campaign)
        batches = self._repositories.conversations.stream_due(
            campaign.id, self._clock(), self._rules.batch_size
        )
        at_once = asyncio.Semaphore(self._rules.batches_at_once)
        async with asyncio.TaskGroup() as tasks:
            async for batch in batches:
                if hold.must_end:
                    break
                await at_once.acquire()
                task = tasks.create_task(self._process_batch(work, batch, report))
                task.add_done_callback(lambda _: at_once.release())
        return report

    async def _process_batch(
        self, work: _Work, batch: Sequence[Conversation], report: PassReport
    ) -> None:
        if not await self._repositories.campaigns.is_active(work.campaign.id):
            return  # paused or ended while the batches before were worked on
        now = self._clock()
        deliveries = await self._delivery_facts(batch)
        commits = await self._advance_all(work, batch, deliveries, now)
        await open_escalations(self._repositories, commits)
        written = await self.commit(commits, work.on_reserved)
        report.processed += len(batch)
        for commit in commits:
            if commit.before.id in written:
                report.count(commit)

    async def _advance_all(
        self,
        work: _Work,
        batch: Sequence[Conversation],
        deliveries: Mapping[MessageKey, DeliveryFact],
        now: datetime,
    ) -> list[Commit]:
        if self.writing is not None:  # a language model is waited for, by many at once
            advancing = (self._advance(work, one, deliveries, now) for one in batch)
            return await asyncio.gather(*advancing)
        commits = []
        async with work.turn:
            for one in batch:
                commits.append(await self._advance(work, one, deliveries, now))
                if len(commits) % _IN_A_ROW == 0:
                    await asyncio.sleep(0)
        return commits

    async def commit(
        self,
        commits: Sequence[Commit],
        on_reserved: Callable[[Reserved], None] = lambda _: None,
    ) -> set[ConversationId]:
        """Commit conversations and put their messages in the ledger; return those written."""
        token, committed_at = uuid.uuid4().hex, self._clock()
        conversations = self._repositories.conversations
        refuse = set_aside(self._repositories, committed_at)
        written = await commit_each(self._repositories, commits, token, refuse)
        speaking = [c for c in commits if c.entries and c.before.id in written]
        entries = [ledger_entry(c.after, entry) for c in speaking for entry in c.entries]
        if entries:
            if await self._repositories.ledger.reserve(entries) == len(entries):
                facts = {c.after.id: GateFacts.after(c.after) for c in speaking}
                on_reserved(Reserved(entries, facts, committed_at))
            # What somebody else left in an outbox may not be in the ledger: the next pass sees.
            own = [c.before.id for c in speaking if not c.before.outbox]
            await conversations.clear_outbox(own, token)
        return written

    async def empty_outboxes(self, campaign: Campaign) -> int:
        """Put in the ledger what a process that died had committed and not put there."""
        conversations, ledger, count = (
            self._repositories.conversations,
            self._repositories.ledger,
            0,
        )
        while left := await conversations.find_outbox(campaign.id, self._rules.batch_size):
            for conversation in left:
                waiting = set(conversation.outbox)
                history = conversation.message_history
                entries = [
                    ledger_entry(conversation, e) for e in history if e.message_id in waiting
                ]
                count += await ledger.reserve(entries)
                await conversations.clear_one_outbox(conversation)
        return count

    async def _delivery_facts(
        self, batch: Sequence[Conversation]
    ) -> Mapping[MessageKey, DeliveryFact]:
        keys = [key for one in batch for key in awaited_keys(one)]
        return await self._repositories.ledger.delivery_facts(keys) if keys else {}

    async def _advance(
        self,
        work: _Work,
        conversation: Conversation,
        deliveries: Mapping[MessageKey, DeliveryFact],
        now: datetime,
    ) -> Commit:
        """Decide until the conversation waits or has ended; never raises for one conversation."""
        try:
            calendar = work.calendars.of(conversation.contact, work.learned_hours)

            async def decide_next(state: Conversation, known: DeliveryFact | None) -> Decision:
                usual = decide(state, work.template, work.facts, now, known, calendar)
                if work.own_rules is None:
                    return usual
                again = Wait(
                    "campaign_type", "its own rules keep it", now + self._rules.retry_delay
                )
                return await decide_by_own_rules(work.own_rules, state, work.template, usual, again)

            async def say(state: Conversation, said: Send | Answer) -> RenderedText:
                is_new = isinstance(said, Answer) and proposal_of(state) is None
                if self.writing is not None and isinstance(said, Answer) and is_new:
                    text = await self.writing.written(state, work.template, said, work.variables)
                    return on_its_way(text, state, work.template)
                return compose_any(state, work.template, said, work.variables)

            commit = await advance_conversation(
                conversation,
                deliveries,
                decide_next,
                say,
                self._rules.message_id_domain,
                now,
                action_in(work.template),
            )
            return self._marked_if_late(commit, now)
        except CommPipelineError as error:
            return given_up(conversation, words_of(error), now)
        except Exception as error:
            log.exception("conversation_failed", conversation_id=conversation.id)
            return self._retry_later(conversation, error, now)

    def _marked_if_late(self, commit: Commit, now: datetime) -> Commit:
        """Say in the messages of a conversation that was found too late when they were due."""
        due_at = commit.before.next_action_at
        if not commit.entries or due_at is None or now - due_at <= self._rules.late_after:
            return commit
        entries = [
            entry.model_copy(update={"metadata": {**entry.metadata, "planned_at": due_at}})
            for entry in commit.entries
        ]
        return replace(commit, entries=tuple(entries))

    def _retry_later(self, conversation: Conversation, error: Exception, now: datetime) -> Commit:
        failures = conversation.failures + 1
        reason = told(error)
        if failures >= _MAX_FAILURES:
            return given_up(conversation, f"failed {failures} times; the last: {reason}", now)
        until = now + self._rules.retry_delay * 2 ** (failures - 1)
        wait = Wait("error", reason, until)
        after = conversation.model_copy(update={"failures": failures, "next_action_at": until})
        return Commit(conversation, after, (), (record(wait, now),))
