"""Whether a failed delivery is for good (hard) or may pass (soft), from codes and words.

Hard only is what says that the mailbox or its domain does not exist. Refusals because of content,
reputation, size or quota are soft: the address is right, and suppressing it would be wrong.
Codes are those of RFC 3463, and as large providers use them.
"""

import re
from typing import Final

from comm_pipeline.domain.mail_kinds import MailKind

_HARD: Final = {
    *("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"),
    "5.2.1",  # disabled; of a mailbox that gets too much at once the words tell
    "5.4.4",  # no host answers for the domain
    "5.4.1",  # Exchange Online: no such recipient
}
_DISABLED: Final = "5.2.1"
#: Codes that say nothing more than "failed"; the words decide, else it is for good.
_GENERAL: Final = {"5.0.0", "5.5.0", "5.1.5", "5.2.0", "5.3.0"}
_ENHANCED: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
#: Where a server's answer has its code: "550 5.1.1 ...", "550-5.7.26 ...", "#5.1.1 ...".
_ANSWERED: Final = re.compile(
    r"(?m:^[ \t]*|(?<!\d)[245]\d\d[ -][#(]{0,2}|#)([245]\.\d{1,3}\.\d{1,3})(?![\d.])"
)
_BASIC: Final = re.compile(r"(?<![\d.])([45]\d\d)(?![\d.])(?=[ -])")
_ENDED_WORDS: Final = re.compile(
    r"(user|recipient|address|account|mailbox|alias)[^.]{0,40}(unknown|not found|does ?n.t exist"
    r"|does not exist|no longer (exist|available|valid|active)|disabled|deactivated|invalid"
    r"|rejected: undeliverable|not known)"
    r"|(unknown|no such|invalid|non-?existent|bad) (local )?(user|recipient|address|account|mailbox"
    r"|destination|domain|host)"
    r"|no (mailbox|account) (here|by that name|with)|not a valid (mailbox|user|address|recipient)"
    r"|(domain|host)( name)?[^.]{0,40}(not found|does not exist|could ?n.t be found|unknown)"
    r"|nxdomain|recipnotfound|unrouteable address|address not found|wasn't found at"
    r"|is not (a )?(known|listed)|has been (disabled|discontinued|suspended|closed)",
    re.IGNORECASE,
)
_PASSING_WORDS: Final = re.compile(
    r"quota|mailbox[^.]{0,20}full|at a rate|over ?limit|exceed|out of storage"
    r"|too (large|big|many|quickly|fast|much)"
    r"|insufficient (system )?storage|spam|blocked|blacklist|blocklist|denylist|reputation|policy"
    r"|dmarc|spf|dkim|grey-?list|rate.?limit|throttl|temporar|try again|later|timed? ?out|deferred"
    r"|delayed|not yet been delivered|will (continue|keep) (to try|trying)|retry|too long"
    r"|connection (refused|lost)|loop|relay(ing)? (denied|not permitted)|virus|rejected by content",
    re.IGNORECASE,
)
#: What is said of us, and not of the one we wrote to.
_OURS_WORDS: Final = re.compile(
    r"\byour (account|ip|domain|server|host|organi[sz]ation|reputation)\b|\bfor sending\b"
    r"|\byou (are|have been) (blocked|suspended|banned|not (allowed|authori[sz]ed))"
    r"|\bsender('s)? (address|domain|account|verif)|\bclient host\b",
    re.IGNORECASE,
)
_LONGEST_WORDS: Final = 4_000


def bounce_kind(status: str, words: str) -> MailKind:
    """Return hard or soft bounce for a status code, which may be empty, and a diagnostic text."""
    words = words[:_LONGEST_WORDS]
    # The diagnostic is what the refusing server said; the status may be the reporter's guess.
    answered = _answered(words)
    code = answered or _told(words, status)
    if code in _HARD:
        is_certain = answered is not None and code != _DISABLED
        return MailKind.HARD_BOUNCE if is_certain else _by_words(words, MailKind.HARD_BOUNCE)
    if code.startswith("4") or (code and code not in _GENERAL):
        return MailKind.SOFT_BOUNCE
    return _by_words(words, MailKind.HARD_BOUNCE if code else MailKind.SOFT_BOUNCE)


def _by_words(words: str, otherwise: MailKind) -> MailKind:
    if _OURS_WORDS.search(words):
        return MailKind.SOFT_BOUNCE
    if _ENDED_WORDS.search(words):
        return MailKind.HARD_BOUNCE
    return MailKind.SOFT_BOUNCE if _PASSING_WORDS.search(words) else otherwise


def status_in(words: str) -> str | None:
    """Return the first status code in a text: enhanced if there is one."""
    words = words[:_LONGEST_WORDS]
    enhanced = _ENHANCED.search(words)
    if enhanced:
        return enhanced[1]
    basic = _BASIC.search(words)
    return f"{basic[1][0]}.0.0" if basic else None


def _answered(words: str) -> str | None:
    """Return the code in a server's answer if it says more than that it failed."""
    codes = (match[1] for match in _ANSWERED.finditer(words))
    return next((code for code in codes if code not in _GENERAL), None)


def _told(words: str, status: str) -> str:
    enhanced = _ENHANCED.fullmatch(status)
    if enhanced and enhanced[1] not in _GENERAL:
        return enhanced[1]
    said = _ENHANCED.search(words)
    return said[1] if said else (status if enhanced else status_in(words) or "")
