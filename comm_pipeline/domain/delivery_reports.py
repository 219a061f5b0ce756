"""What is reported later on a message that a provider has accepted.

Bounces, complaints and arrivals come late and in any order; ``ledger_status`` says what each makes
of the ledger.
"""

from pydantic import BaseModel, ConfigDict

from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.statuses import DeliveryStatus

#: A report's own word (RFC 3464) for: it lies in the recipient's mailbox.
_DELIVERED = "delivered"
#: Its word for: not yet, and it is still being tried.
_DELAYED = "delayed"


class DeliveryReport(BaseModel):
    """What a report says of one message: the most severe finding, if it is on several recipients.

    ``status`` is the enhanced status code (RFC 3463), ``action`` the report's own word.
    """

    model_config = ConfigDict(frozen=True)

    kind: MailKind
    recipient: str | None = None
    original_message_id: str | None = None
    status: str | None = None
    action: str | None = None
    diagnostic: str = ""


def ledger_status(kind: MailKind, report: DeliveryReport | None) -> DeliveryStatus | None:
    """Return the status that a report gives to its message, or None if it changes none."""
    if kind is MailKind.HARD_BOUNCE:
        return DeliveryStatus.BOUNCED
    if kind is MailKind.COMPLAINT:
        return DeliveryStatus.COMPLAINED
    is_there = report is not None and report.action == _DELIVERED
    return DeliveryStatus.DELIVERED if is_there else None


def is_still_tried(report: DeliveryReport | None) -> bool:
    """Return whether somebody on the way still tries to deliver the message."""
    return report is not None and report.action == _DELAYED
