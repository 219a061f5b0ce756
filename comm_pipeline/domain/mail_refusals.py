"""Why a mail server refuses a mail, read from the codes and words of its answer.

The one place that reads them: for the answers that we get ourselves (``channels.smtp_answers``) and
for those that bounces report (``mailbox.bounce_codes``). Codes are those of RFC 3463, and as large
providers use them.

=========  ======================================================================================
cause      what the server has said
=========  ======================================================================================
RECIPIENT  the mailbox or its domain does not exist: for good
SENDER     it does not take our sender's address
RELAY      it takes nothing from us: no login, no right to relay, a machine that it does not let in
OTHER      content, reputation, block lists, quota, size, policy: the address is right
UNSAID     nothing more than that it refuses
=========  ======================================================================================

Words on sender and relay go before every code: Postfix answers RCPT with ``550 5.1.0 ... Sender
address rejected: User unknown``, where the sender is meant. What the server tells of another one
(``host mx.example said: ...``) is that one's opinion of us, hence OTHER.
"""

import re
from enum import StrEnum
from typing import Final, NamedTuple


class RefusalCause(StrEnum):
    """Whom or what a refusal is about; see the table above."""

    RECIPIENT = "recipient"
    SENDER = "sender"
    RELAY = "relay"
    OTHER = "other"
    UNSAID = "unsaid"


class Refusal(NamedTuple):
    """Why a mail is refused.

    ``code`` is the status code, empty if there is none; ``is_by_code`` if it stands in the answer
    itself and says what the cause is.
    """

    cause: RefusalCause
    code: str = ""
    is_by_code: bool = False


_HARD: Final = {
    *("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"),
    "5.2.1",  # disabled; of a mailbox that gets too much at once the words tell
    "5.4.4",  # no host answers for the domain
    "5.4.1",  # Exchange Online: no such recipient
}
_DISABLED: Final = "5.2.1"
#: Codes that say nothing more than "failed"; the words decide.
_GENERAL: Final = {"5.0.0", "5.5.0", "5.1.5", "5.2.0", "5.3.0"}
#: Bad sender address, by syntax or system; no right to send as it, as Exchange says it.
_OF_SENDER: Final = {"5.1.7", "5.1.8", "4.1.7", "4.1.8", "5.7.60", "5.2.252"}
#: Authentication needed or failed (RFC 4954; 5.7.9 is Yahoo's for content); no right to relay, too
#: much for a day, an account or a machine that is shut out, as Exchange and Gmail say it.
_OF_RELAY: Final = {
    *("5.7.8", "5.7.54", "5.7.57", "5.4.5", "5.1.90"),
    *("5.7.501", "5.7.502", "5.7.503", "5.7.705", "5.7.708"),
}
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
    r"|is not (a )?(known|listed)|has been (disabled|discontinued|suspended|closed)"
    r"|user does ?n.t have an? \S{1,80} account"
    # As RFC 5321 words a 550; not "mailbox temporarily unavailable".
    r"|action not taken:? mailbox (is )?unavailable",
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
#: What goes before a code that says "no such address", if no words say the same.
_LISTED_WORDS: Final = re.compile(
    r"spam|black-?list|block-?list|deny-?list|blocked using|\b(rbl|dnsbl)\b|reputation",
    re.IGNORECASE,
)
_SENDER_WORDS: Final = re.compile(
    r"\bsender('s)?( e-?mail)?( address| domain| account| identity)?\W{0,4}((is|was|has been) )?"
    r"(rejected|refused|denied|invalid|unverified|not (owned|verified|accepted|valid|found)"
    r"|not (allowed|permitted|authori[sz]ed)(?! to (post|send|write|mail)))"
    r"|\bsender (address )?verif\w+ (has )?failed|\b(unverified|invalid|bad) sender"
    r"|\bsend(ing)? (mail )?as (this|that|the)\b|senddenied|sendasdenied|\bnot owned by user"
    r"|\b(verified|valid|confirmed) sender|\bsender signature"
    r"|\b(from address|e-?mail address|identity|domain) (is )?not verified",
    re.IGNORECASE,
)
_RELAY_WORDS: Final = re.compile(
    r"\brelay(ing)?( access| mail)?( (to|for|from)( \w+)?)?( is| was)?"
    r" (denied|rejected|prohibited|forbidden|refused|disallowed"
    r"|not (permitted|allowed|authori[sz]ed))"
    r"|\b(unable|refused?|cannot|can't|do(es)? not|don't|won't) (to )?relay"
    r"|\bnot (permitted|allowed|authori[sz]ed) to relay|\bfor relay\b|rcpthosts"
    r"|\bauth(entication|enticate)?( command)?( is)? (required|needed|first)"
    r"|\b(must|need to|please) (be |first )*(authenticate|log ?in)|\blog ?in first"
    r"|\bclient (host|was not authenticated|not authenticated)|\b(helo|ehlo) command rejected"
    r"|\byour account (is |has been )(suspended|disabled|deactivated|locked)"
    r"|\bsending (is |has been )?(paused|suspended|disabled) for (this|your) account"
    r"|\bdaily( \w+){0,3} (limit|quota)( has been)? (exceeded|reached)|\breached your daily"
    r"|submissionquotaexceeded|\bnot authorized to perform"
    r"|\bnot (enabled|allowed) (for|to) send(ing)?\b",
    re.IGNORECASE,
)
#: From here on another server speaks, or one recipient's own rule is meant (Exchange: a group that
#: takes mail of authenticated senders only).
_ANOTHERS: Final = re.compile(r"\bsaid:|resolver\.", re.IGNORECASE)
#: With these, words on senders and authentication are about a domain's policy, one recipient's own
#: rule, or about time.
_POLICY: Final = re.compile(
    r"\b(dmarc|dkim|spf)\b|grey-?list|recipient does not accept"
    r"|\b(rejected|denied|refused|accepted) by (the |this )?(recipient|user|mailbox)",
    re.IGNORECASE,
)
_LONGEST_WORDS: Final = 4_000


def read_refusal(words: str, status: str = "") -> Refusal:
    """Return why a server refuses, from its words and a reporter's status code, if there is one."""
    words = words[:_LONGEST_WORDS]
    # The words are what the refusing server said; the status may be the reporter's guess.
    answered = _answered(words)
    code = answered or _told(words, status)
    said = _without_addresses(words)
    if ours := _about_us(said, code):
        return Refusal(ours, code)
    if code in _HARD:
        is_certain = answered is not None and code != _DISABLED
        cause = _confirmed(said) if is_certain else _by_words(said, RefusalCause.RECIPIENT)
        return Refusal(cause, code, is_by_code=answered is not None)
    if code.startswith("4") or (code and code not in _GENERAL):
        return Refusal(RefusalCause.OTHER, code)
    return Refusal(_by_words(said, RefusalCause.UNSAID), code)


def status_in(words: str) -> str | None:
    """Return the first status code in a text: enhanced if there is one."""
    words = words[:_LONGEST_WORDS]
    enhanced = _ENHANCED.search(words)
    if enhanced:
        return enhanced[1]
    basic = _BASIC.search(words)
    return f"{basic[1][0]}.0.0" if basic else None


def _about_us(said: str, code: str) -> RefusalCause | None:
    """Return SENDER or RELAY if it is our fault, OTHER if that is what another server thinks."""
    own = "" if _POLICY.search(said) else _ANOTHERS.split(said, maxsplit=1)[0]
    if code in _OF_SENDER or _SENDER_WORDS.search(own):
        return RefusalCause.SENDER
    if code in _OF_RELAY or _RELAY_WORDS.search(own):
        return RefusalCause.RELAY
    is_anothers = _SENDER_WORDS.search(said) or _RELAY_WORDS.search(said)
    return RefusalCause.OTHER if is_anothers else None


def _confirmed(said: str) -> RefusalCause:
    is_listed = _LISTED_WORDS.search(said) and not _ENDED_WORDS.search(said)
    return RefusalCause.OTHER if is_listed else RefusalCause.RECIPIENT


def _by_words(said: str, otherwise: RefusalCause) -> RefusalCause:
    if _OURS_WORDS.search(said):
        return RefusalCause.OTHER
    if _ENDED_WORDS.search(said):
        return RefusalCause.RECIPIENT
    return RefusalCause.OTHER if _PASSING_WORDS.search(said) else otherwise


def _without_addresses(words: str) -> str:
    """Return the words in one line and without mail addresses, whose names would be read, too."""
    return " ".join(word for word in words.split() if "@" not in word)


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
