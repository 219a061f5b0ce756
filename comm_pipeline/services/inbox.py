"""Inbox: takes up what came in from outside, finds where it belongs, and has it take effect.

Whatever one message does, the others go on; what becomes of each is said in its document.
"""

from collections.abc import Sequence
from typing import Final

from pymongo.errors import PyMongoError

from comm_pipeline.bot.analyser import Analyser, RulesAnalyser
from comm_pipeline.domain.erasure import ABOUT_SOMEBODY_FORGOTTEN, NOTHING_OF_A_LATE_MAIL
from comm_pipeline.domain.ids import ConversationId, campaign_of
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.personal_text import addresses_in
from comm_pipeline.domain.pseudonyms import is_pseudonym
from comm_pipeline.domain.replies import InboundMessage, InboundStatus
from comm_pipeline.domain.stated_instants import believed_receipt
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.mailbox.mail_kinds import OwnMail
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.inbox_conversations import InboxConversations
from comm_pipeline.services.inbox_opt_outs import honour_opt_out
from comm_pipeline.services.inbox_reading import read_inbound, salvaged
from comm_pipeline.services.inbox_report import InboxReport
from comm_pipeline.services.inbox_reports import take_report
from comm_pipeline.services.inbox_settling import InboxSettling
from comm_pipeline.services.reply_matching import NO_LEAD, Match, is_report, match_replies
from comm_pipeline.services.unapplied_doubts import call_a_person_if_in_doubt
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repositories import Repositories

_UNKNOWN: Final = OwnMail(frozenset(), "")

Matched = tuple[InboundMessage, Match]


class Inbox:
    """Takes up new messages. ``own`` tells our own mail, ``analyser`` what others say."""

    def __init__(
        self,
        repositories: Repositories,
        config_manager: ConfigManager,
        clock: Clock,
        *,
        own: OwnMail = _UNKNOWN,
        analyser: Analyser | None = None,
    ) -> None:
        self._repositories = repositories
        self._own = own
        self._settling = InboxSettling(repositories, clock)
        self._conversations = InboxConversations(
            repositories, config_manager, analyser or RulesAnalyser(), own, self._settling, clock
        )
        self._clock = clock

    async def take_up(self, batch_size: int) -> InboxReport:
        """Take up every message that has come in, ``batch_size`` at a time."""
        report = InboxReport()
        inbound = self._repositories.inbound
        while documents := await inbound.find_new(batch_size, self._settling.full):
            before = report.taken
            await self._take_batch(documents, report)
            if report.taken == before:
                break  # all conversations were changed under our hands; the next run goes on
        return report

    async def _take_batch(self, documents: Sequence[Doc], report: InboxReport) -> None:
        replies = [reply for one in documents if (reply := await self._read(one, report))]
        replies.sort(key=lambda reply: reply.received_at)
        matches = await match_replies(self._repositories, replies, self._own)
        found = list(zip(replies, matches, strict=True))
        to_conversations = [one for one in found if not await self._is_settled(one, report)]
        for group in one_each(to_conversations):
            await self._conversations.apply(group, report)

    async def _read(self, document: Doc, report: InboxReport) -> InboundMessage | None:
        now = self._clock()
        try:
            reply = read_inbound(document)
        except InvalidInputError as error:
            readable = salvaged(document, now)
            await honour_opt_out(self._repositories, readable, self._own, report, now)
            await call_a_person_if_in_doubt(self._repositories, readable, self._own, now)
            await self._settling.settle(
                document["_id"], InboundStatus.MALFORMED, report, reason=str(error)
            )
            return None
        received_at = believed_receipt(reply.received_at, now)
        return reply.model_copy(update={"received_at": received_at})

    async def _is_settled(self, found: Matched, report: InboxReport) -> bool:
        """Settle what is no part of a conversation: our own mail, what is unmatched, reports."""
        reply, match = found
        if match.is_own:
            await self._settling.settle(
                reply.id, InboundStatus.IGNORED, report, reason=match.reason
            )
        elif match.conversation_id is None and await self._is_on_somebody_forgotten(reply):
            await self._settling.settle(
                reply.id,
                InboundStatus.IGNORED,
                report,
                reason=ABOUT_SOMEBODY_FORGOTTEN,
                **NOTHING_OF_A_LATE_MAIL,
            )
        elif match.conversation_id is None:
            await self._conversations.keep_unmatched(reply, match.reason, report)
        elif is_report(reply):
            try:
                await self._take_report(reply, match, report)
            except PyMongoError:
                raise
            except Exception as error:  # whatever one message does, the others go on
                await self._conversations.refuse(reply, error, report)
        else:
            return False
        return True

    async def _is_on_somebody_forgotten(self, reply: InboundMessage) -> bool:
        """Return whether a report, that leads to nobody, is on a message to a forgotten person."""
        if not is_report(reply):
            return False
        named = (reply.text, reply.report.model_dump() if reply.report else {})
        return await self._repositories.suppressions.are_forgotten(addresses_in(named))

    async def _take_report(self, reply: InboundMessage, match: Match, report: InboxReport) -> None:
        key = match.conversation_id
        known = await self._repositories.conversations.addresses([key] if key else [])
        if not known:
            await self._conversations.keep_unmatched(reply, NO_LEAD, report)
            return
        falls_back = key is not None and await self._conversations.falls_back(key)
        is_forgotten = any(map(is_pseudonym, known.values()))
        report.campaigns |= await take_report(
            self._repositories,
            reply,
            match,
            self._clock(),
            falls_back=falls_back,
            is_forgotten=is_forgotten,
        )
        kind = reply.kind or MailKind.AUTO_REPLY
        report.kinds[kind] += 1
        await self._settling.settle(
            reply.id,
            InboundStatus.NOTED,
            report,
            conversation_id=key,
            campaign_id=campaign_of(key) if key else None,
            matched_by=match.by,
            taken_as=kind.value,
            **(NOTHING_OF_A_LATE_MAIL if is_forgotten else {}),
        )


def one_each(matched: Sequence[Matched]) -> list[list[Matched]]:
    """Split messages into groups in which each conversation stands once, keeping their order."""
    groups: list[list[Matched]] = []
    seen: dict[ConversationId | None, int] = {}
    for one in matched:
        key = one[1].conversation_id
        position = seen.get(key, 0)
        seen[key] = position + 1
        if position == len(groups):
            groups.append([])
        groups[position].append(one)
    return groups
