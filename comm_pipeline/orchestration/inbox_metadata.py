"""What a materialization of ``inbound_messages`` says: counts, and nothing of what is written."""

from collections.abc import Callable
from typing import Any

from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.services.inbox_report import InboxReport
from comm_pipeline.services.incoming import IncomingReport
from comm_pipeline.services.mailbox_reading import MailboxReport

Metadata = dict[str, Any]


def incoming_metadata(
    report: IncomingReport, shown: Callable[[str], str] = lambda text: text
) -> Metadata:
    """Return what was read and what took effect; words of mail servers as they may be ``shown``."""
    mailbox = {} if report.mailbox is None else _mailbox_metadata(report.mailbox, shown)
    return mailbox | inbox_metadata(report.inbox)


def inbox_metadata(report: InboxReport) -> Metadata:
    """Return what took effect; every kind is there each time, so that Dagster plots it."""
    kinds = {f"kind_{kind.value}": report.kinds[kind] for kind in MailKind if kind.can_take_effect}
    return {
        "replies_applied": report.applied,
        "replies_noted": report.noted,
        "replies_unmatched": report.unmatched,
        "replies_malformed": report.malformed,
        "replies_ignored": report.ignored,
        "replies_low_confidence": report.low_confidence,
        "opt_outs": report.opted_out,
        "model_tokens": report.tokens,
        "model_cost": round(report.cost, 6),
        "follow_ups_cancelled": report.follow_ups_cancelled,
        "campaigns_woken": len(report.campaigns),
        **kinds,
    }


def _mailbox_metadata(report: MailboxReport, shown: Callable[[str], str]) -> Metadata:
    mail = report.mail
    problem = report.problem or mail.not_put_away
    return {
        "mails_stored": mail.stored,
        "mails_seen_before": mail.seen_before,
        "mails_malformed": mail.malformed,
        "mails_removed": mail.removed,
        "mails_held_back": mail.held_back,
        **({"mailbox_problem": shown(problem)} if problem else {}),
    }
