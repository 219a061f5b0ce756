"""Whether a failed delivery is for good (hard) or may pass (soft), from codes and words.

Hard only is what says that the mailbox or its domain does not exist. Refusals because of content,
reputation, size or quota, and of our own sender or rights are soft: the address is right, and
suppressing it would be wrong. What an answer says is read by ``domain.mail_refusals``.
"""

from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.mail_refusals import RefusalCause, read_refusal


def bounce_kind(status: str, words: str) -> MailKind:
    """Return hard or soft bounce for a status code, which may be empty, and a diagnostic text.

    A code that says nothing more than "failed", with words that do not either, is hard: a report is
    on one recipient, and made after the servers have given up.
    """
    refusal = read_refusal(words, status)
    is_by_default = refusal.cause is RefusalCause.UNSAID and bool(refusal.code)
    is_hard = refusal.cause is RefusalCause.RECIPIENT or is_by_default
    return MailKind.HARD_BOUNCE if is_hard else MailKind.SOFT_BOUNCE
