"""What sounds like an opt-out and is another matter: another way, a product, what somebody does.

For folded text: ``clause`` and ``rest`` are what surrounds the words in their sentence.
"""

from typing import Final

import re2

from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.opt_out_elsewhere import is_elsewhere

_NEGATION: Final = re2.compile(
    r"^(?:(?:please|bitte|merci de|por favor) )?(?:do not|don'?t|never|no|not|nicht|keine?|ne|n'|"
    r"pas|non|nao|niet|geen)\b"
)
#: "Don't call me, write": another way or person, not an end.
_RATHER: Final = spaced(
    r"^[^.!?,;]{0,40}(?:[,;-] ?|\. )(?:but |please |just |rather |instead |better |simply "
    r")*(?:write|e-?mail|call|send|ask|text|use|message|phone|ring|try|speak|talk|contact|"
    r"landline|go through|i prefer|i'?ll|we'?ll)\b|^[^.!?]{0,60}\b(?:instead|is (?:fine|better|"
    r"ok|okay)|are (?:fine|better|ok))\b"
)
_OR_RATHER: Final = spaced(
    r"^[^.!?]{0,40}[,;-] ?(?:lieber|sondern|besser|mejor|plutot|mieux|meglio|melhor|liever|"
    r"maar)\b"
)
#: "Call me, don't write."
_RATHER_BEFORE: Final = spaced(
    r"(?:^|[.!] )\W*(?:please |just )?(?:call|phone|ring|e-?mail|mail|text|message|"
    r"write)\b[^.!?]*[,;-] ?(?:please )?$"
)
#: People who are not to be asked: "don't contact my boss".
_THEIRS: Final = spaced(
    r"^ (?:\w+ )?(?:boss|manager|wife|husband|assistant|customers?|clients?|parents|staff|"
    r"secretary|suppliers?)\b"
)
_OF_MINE: Final = spaced(r"\b(?:my|our)$")
_FOR_GOOD: Final = spaced(r"\b(?:again|any ?more|ever|never|any longer|no longer|no more)\b")
_LAWYER: Final = spaced(r"\b(?:lawyers?|attorneys?|solicitors?|police|elsewhere|spam|junk)\b")
#: "Can your tool stop spam?" asks what is sold.
_PRODUCT: Final = spaced(
    r"\b(?:your|the|this) (?:\w+ )?(?:tool|product|system|software|platform|app|solution|machine|"
    r"device|api|plugin|bot)s?\b"
)
_FIRST: Final = spaced(r"\b(?:me|us|my|mine|our)\b")
#: What is sent and is no mail: "please do not post the invoice any more".
_GOODS: Final = spaced(
    r"\b(?:rechnung\w*|angebot|vertrag|ware|paket\w*|factures?|facturas?|fattur\w+|faturas?|"
    r"facturen|factuur|invoices?|goods|parcels?|packages?|statements?|receipts?|paper|papier|papel|"
    r"contract)\b"
)
_MAILS: Final = spaced(
    r"\b(?:\w*(?:mail|newsletter|werbung|message|nachricht|spam)\w*|mich|uns|me|us|my|mij|ons)\b"
)
#: "My boss told me to stop".
_ANSWERS: Final = spaced(
    r"\b(?:antwort\w*|rispond\w*|repondre|repondez|respond\w*|reply\w*|contest\w*|beantwoord\w*|"
    r"antwoord\w*)\b"
)
_NO_ANSWER: Final = spaced(
    r"\b(?:auf diese|a (?:questa|este|esta|ce|cet|cette)|op deze?|to this)\b"
)
#: "Put us on the list" in Dutch, where "put" also takes off.
_PUT_ON: Final = spaced(r"^zet\w* (?:\w+ ){1,4}op (?:de|jullie|uw|je|deze) (?:\w+ )?\w*lijst")
#: "Can the system stop sending them twice?" asks for a change of what is sold.
_SYSTEM: Final = spaced(
    r"\b(?:can|could|does|do|will|would|did|should|make|makes|that) (?:the|your|this|our|it) "
    r"(?:\w+ ){0,2}$"
)
_TO_ME: Final = spaced(r"\b(?:me|us|myself|this address|my (?:e-?mail|inbox|address))\b")
#: Somebody else who wants to be left alone.
_OTHERS_ASK: Final = spaced(
    r"\b(?:they|customers?|people|users?|clients?|parents|patients|members|subscribers|readers|"
    r"guests|he|she|everyone|many)\b[^.!?]*\b(?:to|asked|asking|wanting|want|wants)(?: to)?(?: "
    r"be)? $"
)
_TOLD: Final = spaced(
    r"\b(?:asked|told|telling|ask|tells|want|wants) (?:me|us|him|her|them)\b|\b(?:ask|tell|asked|"
    r"told) (?:your|the|our|my|a) (?:driver|boss|engineer|technician|colleague|installer|courier|"
    r"accountant|customers?|suppliers?|son|daughter|wife|husband)\b"
)
_OTHER_STOP: Final = spaced(
    r"^ (?:the|a|an|our|his|her|my|spending|using|working|buying|production|making|paying|"
    r"doing)\b"
)
_STOP_LAST: Final = spaced(r"\bto stop$")
_WHY_STOPPED: Final = spaced(r"\bwhy (?:\w+ )?(?:did|have|had|has|do|are|is) [^.!?]*$")
_STOPPING: Final = re2.compile(r"^(?:you\W+)?(?:stop|cease|quit|discontinu|end)")
#: "I will not write again" is a promise, "nobody called" a report.
_PROMISE: Final = spaced(
    r"\b(?:i|we|he|she|they)(?:'ll|'d)?(?: (?:will|shall|would|can|could|do|did|should))?$|"
    r"\b(?:i|we|he|she|they)(?:'ll|'d)?(?: (?:will|shall|would|can|could|do|did|should))? $"
)
_WRITES: Final = spaced(
    r"^(?:not|never|won'?t|can'?t|cannot|don'?t|do not|no longer|didn'?t) (?:\w+ )?(?:write|"
    r"contact|call|text|message|e-?mail|follow|reach|get in)\w*\b"
)


def is_other_matter(clause: str, words: str, rest: str, after: str) -> bool:
    """Return whether words that sound like an opt-out are about something else."""
    is_another_way = _RATHER_BEFORE.search(clause) and _NEGATION.search(words)
    if is_another_way or is_elsewhere(clause, words, rest, after):
        return True
    if _is_another_way(words, rest + after[len(rest) :][:60]) or _is_promised(clause, words):
        return True
    is_others = _is_of_product(clause + words, rest) or _is_of_somebody_else(clause, words, rest)
    if is_others or _PUT_ON.search(words + rest[:40]):
        return True
    if _TOLD.search(words) or (_STOP_LAST.search(words) and _OTHER_STOP.search(rest)):
        return True
    if _GOODS.search(clause + words + rest[:40]) and not _MAILS.search(words):
        return True
    return bool(_STOPPING.search(words) and _WHY_STOPPED.search(clause + words[:4]))


def _is_of_somebody_else(clause: str, words: str, rest: str) -> bool:
    """Return whether a system should do it, somebody else wants it, or nobody reads answers."""
    if _ANSWERS.search(words) and _NO_ANSWER.search(words + rest[:20]):
        return True
    if _TO_ME.search(words + rest):
        return False
    is_asked_of_it = rest.rstrip().endswith("?") and _SYSTEM.search(clause)
    return bool(is_asked_of_it or _OTHERS_ASK.search(clause))


def _is_another_way(words: str, rest: str) -> bool:
    """Return whether "don't call me" goes on with what to do instead."""
    if not _NEGATION.search(words) or _FOR_GOOD.search(words + rest[:20]):
        return False
    if _OF_MINE.search(words) and _THEIRS.search(rest):
        return True
    return bool(_RATHER.search(rest) or _OR_RATHER.search(rest)) and not _LAWYER.search(rest)


def _is_of_product(said: str, rest: str) -> bool:
    """Return whether it is asked what a product does."""
    is_asked = rest.rstrip().endswith("?")
    return bool(is_asked and _PRODUCT.search(said) and not _FIRST.search(said))


def _is_promised(clause: str, words: str) -> bool:
    """Return whether somebody says that they themselves will not write."""
    return bool(_PROMISE.search(clause) and _WRITES.search(words) and not _FIRST.search(words))
