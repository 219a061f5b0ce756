"""The words by which people ask not to be written to again, and those that only sound like it.

They count in all that the person wrote, however long it is; nothing that is quoted counts. A doubt
goes to the person: one mail too few is better than one too many.
"""

from typing import Final

import re2

from comm_pipeline.bot.quoting import own_words

_OPT_OUTS: Final = re2.compile(
    r"(?i)\b(?:unsubscribe|opt(?:ed|ing)?[ -]?out|opt me out|(?:remove|delete) (?:me|us)|"
    r"take (?:me|us) off|leave (?:me|us) alone|"
    r"(?:remove|delete|take) my (?:name|details|contact|e-?mail|address)|"
    r"stop (?:writing|e-?mailing|mailing|contacting|messaging|sending|bothering|spamming)|"
    r"stop (?:these|all|your|the) (?:e-?mails?|messages?|mails?)|"
    r"(?:do not|don't|dont|never) (?:ever )?"
    r"(?:write|e-?mail|mail|contact|message|bother)(?: to)? (?:me|us)|"
    r"(?:do not|don't|dont|no longer) (?:want|wish) to (?:receive|get|hear)|"
    r"(?:do not|don't|dont|never) send (?:me|us) (?:any|more)|"
    r"no (?:more|further) (?:e-?mails?|messages?|mails?))\b"
)
#: A line that says nothing but stop.
_STOP_LINE: Final = re2.compile(
    r"(?i)^\W*(?:please\s+)?(?:stop|stopp|end|cancel|quit)\W*"
    r"(?:(?:please|now|it|this|all)\W*)?$"
)
#: Negations that keep an opt-out word from meaning it, e.g. "please don't unsubscribe me".
_KEEP: Final = re2.compile(
    r"(?i)\b(?:do not|don't|dont|did not|didn't|not|never)\s+"
    r"(?:(?:want|wish|mean|need|like|trying|going|asking|you|ever|please|to)\s+){0,4}$"
)
#: What turns such a negation round again: "if you do not stop emailing me, …".
_UNLESS: Final = re2.compile(r"(?i)\b(?:if|why|unless|until)\b[^.!?\n]*$")


def find_opt_out(text: str) -> str | None:
    """Return the words by which a reply asks for no more messages, or None."""
    own = own_words(text)
    for line in own.splitlines():
        if _STOP_LINE.search(line):
            return line.strip()
    for match in _OPT_OUTS.finditer(own):
        before = own[max(0, match.start() - 60) : match.start()]
        if not _KEEP.search(before) or _UNLESS.search(before):
            return str(match.group(0))
    return None
