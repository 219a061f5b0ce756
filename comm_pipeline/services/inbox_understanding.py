"""What a message means: the analyser is asked here and nowhere else, and its word is weighed.

How a mail was sent tells more than its words do, so what its headers say that it is goes first;
only an opt-out counts whoever wrote it down.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from comm_pipeline.bot.analyser import Analyser, ReplyToAnalyse
from comm_pipeline.bot.folding import fold
from comm_pipeline.bot.language import detect_language
from comm_pipeline.bot.quoting import ANALYSED, own_words
from comm_pipeline.bot.return_dates import find_return
from comm_pipeline.domain.analysis import Analysis, ReplyKind
from comm_pipeline.domain.conversations import Conversation, Direction, Standstill
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.replies import InboundMessage
from comm_pipeline.domain.stage_order import stage_under_way
from comm_pipeline.domain.standstills import AWAY_WITHOUT_A_DATE
from comm_pipeline.domain.stated_instants import believed_return
from comm_pipeline.domain.templates import CampaignTemplate, Stage
from comm_pipeline.domain.time_zones import zone_named
from comm_pipeline.services.writer_country import country_of

_BY_WORDS = {
    ReplyKind.GENUINE: MailKind.GENUINE,
    ReplyKind.OPT_OUT: MailKind.OPT_OUT,
    ReplyKind.OUT_OF_OFFICE: MailKind.OUT_OF_OFFICE,
    ReplyKind.AUTO_REPLY: MailKind.AUTO_REPLY,
}


@dataclass(frozen=True, slots=True)
class Understood:
    """A message in its conversation, what it says, and what it is after all."""

    conversation: Conversation
    stage: Stage
    reply: InboundMessage
    analysis: Analysis
    kind: MailKind


async def understand(
    analyser: Analyser,
    conversation: Conversation,
    template: CampaignTemplate,
    reply: InboundMessage,
) -> Understood:
    """Return what a message means to its conversation."""
    stage = stage_under_way(conversation, template)
    analysis = await analysis_of(analyser, conversation, template, stage, reply)
    return Understood(conversation, stage, reply, analysis, _kind(reply.kind, analysis))


async def analysis_of(
    analyser: Analyser,
    conversation: Conversation,
    template: CampaignTemplate,
    stage: Stage,
    reply: InboundMessage,
) -> Analysis:
    """Return what an analyser makes of a message; who stated an opt-out is not gainsaid by it."""
    analysis = await analyser.analyse(
        ReplyToAnalyse(
            text=reply.text,
            template=template,
            stage=stage,
            received_at=reply.received_at,
            subject=reply.subject,
            time_zone=conversation.contact.time_zone,
            country=country_of(conversation.contact),
            mail_kind=reply.kind or MailKind.GENUINE,
            last_message=_answered_message(conversation, reply),
        )
    )
    if reply.kind is not MailKind.OPT_OUT or analysis.is_opt_out:
        return analysis
    stated = {"is_opt_out": True, "may_be_opt_out": False, "kind": ReplyKind.OPT_OUT}
    return analysis.model_copy(update=stated)


def _answered_message(conversation: Conversation, reply: InboundMessage) -> str | None:
    """Return the words that a reply answers: what it refers to, else what was said last before."""
    said = [one for one in conversation.message_history if one.direction is Direction.OUTBOUND]
    before = [one for one in said if one.timestamp <= reply.received_at]
    named = [one for one in said if one.metadata.get("rfc_message_id") == reply.in_reply_to]
    found = named or before
    return found[-1].content if found else None


def _kind(told: MailKind | None, analysis: Analysis) -> MailKind:
    if told is MailKind.OPT_OUT or analysis.is_opt_out:
        return MailKind.OPT_OUT
    by_words = _BY_WORDS[analysis.kind]
    if told is None or told is MailKind.GENUINE:
        return by_words
    # A program wrote it; that somebody is away may stand in its words alone.
    return by_words if by_words is MailKind.OUT_OF_OFFICE else told


def absence(understood: Understood) -> Standstill:
    """Return how long nothing is said to somebody who is out of office."""
    reply, back_at = understood.reply, _back_at(understood)
    reason = "the recipient is out of office"
    if back_at is None:
        until = reply.received_at + AWAY_WITHOUT_A_DATE
        reason = f"{reason} and does not say until when"
    else:
        until = back_at
        reason = f"{reason} until {back_at:%Y-%m-%d}"
    return Standstill(rule="out_of_office", reason=reason, until=until, message_id=str(reply.id))


def _back_at(understood: Understood) -> datetime | None:
    """Return the beginning of the day of the return, where the recipient lives."""
    reply, analysis = understood.reply, understood.analysis
    for told in (reply.out_of_office_until, analysis.out_of_office_until):
        if (believed := believed_return(told, reply.received_at)) is not None:
            return believed
    # The headers may say that somebody is away in words that the analyser takes for no absence.
    zone = zone_named(understood.conversation.contact.time_zone or "UTC")
    folded = fold(own_words(reply.text, ANALYSED))
    day: date | None = find_return(
        folded,
        reply.received_at.astimezone(zone).date(),
        detect_language(folded),
        country_of(understood.conversation.contact),
    )
    found = datetime.combine(day, time(), zone) if day else None
    return believed_return(found, reply.received_at)
