"""What the writer of a reply wants, sentence by sentence; INTENT_MEANINGS says what each means.

For folded and spell-checked text. A sentence may say several things; what it says more precisely
goes before what it says as well ("could you send the prices?" is a request, no further question).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comm_pipeline.bot.folding import spaced
from comm_pipeline.bot.negation import is_negated
from comm_pipeline.bot.questions import asks
from comm_pipeline.bot.sentences import Sentence
from comm_pipeline.bot.words import (
    intents_answers,
    intents_later,
    intents_matters,
    intents_people,
    intents_refusals,
    intents_requests,
    intents_trouble,
    intents_yes_and_no,
)
from comm_pipeline.bot.words.dates import WEEKDAY
from comm_pipeline.bot.words.intents_abroad import ABROAD
from comm_pipeline.domain.analysis import Intent

_ENGLISH: Final = {
    **intents_answers.WORDS,
    **intents_later.WORDS,
    **intents_people.WORDS,
    **intents_refusals.WORDS,
    **intents_requests.WORDS,
    **intents_trouble.WORDS,
}
#: The same intents by how they are built, and in other languages.
_FURTHER: Final = (intents_yes_and_no.WORDS, intents_matters.WORDS, ABROAD)


def _all_words(intent: Intent) -> str:
    further = (one for words in _FURTHER for one in words.get(intent, ()))
    return "|".join([*_ENGLISH.get(intent, ()), *further])


_PATTERNS: Final[dict[Intent, Any]] = {
    intent: spaced(rf"(?:^|\b)(?:{_all_words(intent)})(?:\b|\W|$)")
    for intent in (*_ENGLISH, Intent.QUESTION)
}
#: Intents that a negation before their words turns off; the words of the others hold their own.
_NEGATABLE: Final = {
    Intent.INTEREST,
    Intent.CONFIRMATION,
    Intent.THANKS,
    Intent.REFERRAL,
    Intent.ANGER,
    Intent.LEGAL_THREAT,
}
_MOST: Final = 10

#: What a sentence that says the first does not say as well.
_INSTEAD: Final[dict[Intent, frozenset[Intent]]] = {
    Intent.REFUSAL: frozenset({Intent.INTEREST, Intent.CONFIRMATION}),
    Intent.WRONG_PERSON: frozenset({Intent.REFUSAL, Intent.INTEREST, Intent.QUESTION}),
    Intent.INTEREST: frozenset({Intent.CONFIRMATION}),
    Intent.MEETING: frozenset({Intent.QUESTION}),
    Intent.REQUEST_INFO: frozenset({Intent.QUESTION}),
    Intent.PERSON_WANTED: frozenset({Intent.MEETING, Intent.QUESTION}),
    Intent.DATA_REQUEST: frozenset({Intent.QUESTION, Intent.REQUEST_INFO}),
    Intent.NOT_NOW: frozenset({Intent.QUESTION}),
    Intent.COMPLAINT: frozenset({Intent.CONFIRMATION, Intent.REFUSAL}),
    Intent.ANGER: frozenset({Intent.QUESTION}),
    Intent.LEGAL_THREAT: frozenset({Intent.COMPLAINT, Intent.REQUEST_INFO, Intent.CONFIRMATION}),
}
_NO_THANKS: Final = spaced(r"(?:\b(?:no|nein|non|nao|nee),? $|\b(?:with|in) $)")
_CLOSING_THANKS: Final = spaced(r"^[\s.!)]*$")
_WARM: Final = spaced(r"\b(?:many|big|huge|so|very|with|muito|muchas|vielen|mille|really|much) $")
#: What only sounds like an intent; the bar stands where its words begin.
_EXCEPT: Final[dict[Intent, Any]] = {
    Intent.REFUSAL: spaced(
        r"\|no need,? to (?:stop|worry|send|call|write|remind|apologi\w+|rush|hurry|reply|"
        r"respond|thank|explain)|\|\W*not (?:only|just|un|dis)|\|.*\b(?:go|gone|going|went) with "
        r"you|\|\W*(?:happy|satisfied|content) with the (?:draft|proposal|contract|version|terms|"
        r"wording|plan|date)"
    ),
    Intent.CONFIRMATION: spaced(
        r"(?:n'?t|not|never) (?:call|phone|ring)\b.*\||\|\W*this is right up|\|\W*right,? up|"
        r"\b(?:once|when|if|until|till|after|whether|"
        r"unless|before|as soon as)(?: \w+){0,3} \|"
    ),
    Intent.MEETING: spaced(
        r"(?:do not|n'?t|never|no need to) (?:please )?\|(?:call|phone|ring)\b|\bcall back \||"
        r"\|call back|\b(?:no|have|got|without|any|enough) (?:the |any |enough "
        r")?\|time"
    ),
    Intent.COMPLAINT: spaced(
        r"day \|\w+n'?t work|\|.*work\w* (?:there|here|for|at|in|with)\b|never stop"
    ),
    Intent.REFERRAL: spaced(
        r"\|.*\bruns? (?:out|till|until|on\b|for|to|fine|smoothly|well|again|from)|\|\W*(?:who|"
        r"that) (?:owns|leads|runs|handles)|\|version is|\|\W*(?:right|best|correct) one is "
        r"\W*\d|\|\W*(?:try|ping|ask|contact|e-?mail|call) (?:me|us|again|it|this|that|to)\b|\|"
        r".*\b(?:to|with) (?:a|an|someone|somebody|your|real|any\w*)\b|\|.*\b(?:to|with) (?:me|"
        r"us|you|him|her)\b|\b(?:have|need|will|i'll) \|"
    ),
}
_REAL_THANKS: Final = spaced(
    r"\bthank(?:s|s a lot| you| you (?:so|very) much|s (?:so|very) much)?(?: again)? for (?:the|"
    r"your|all|getting|fixing|sending|solving|sorting|coming|helping|quick|such|taking)\b"
)
_POLITE_THANKS: Final = spaced(
    r"\bthank\w*(?: \w+){0,3}? for (?:the|your|all)(?: \w+){0,2}? (?:e-?mails?|mails?|messages?|"
    r"notes?|offer|info\w*|interest|proposal|outreach|time|understanding|follow|patience|reply|"
    r"thought|invitation|invite|cooperation|attention|consideration|quote|suggestion)\b"
)
_BEFORE_CLOSING: Final = spaced(r"[,-] *$")
_THANKS_BUT: Final = spaced(
    r"^,? (?:but|aber|mais|pero|ma|mas|maar)\b|^ (?:it )?if\b|^ d'\w+er\b|^ de (?:me|nous|m'|"
    r"bien|ne|\w+er)\b"
)


_NO_CALL: Final = spaced(r"\b(?:do not|don'?t|never|no need to) (?:please )?(?:call|phone|ring)\b")


@dataclass(frozen=True, slots=True)
class FoundIntent:
    """An intent and the place of the words that say so."""

    intent: Intent
    start: int
    end: int


def find_intents(sentences: Iterable[Sentence]) -> list[FoundIntent]:
    """Return what a letter says, each intent once, in the order in which it says them."""
    found: dict[Intent, FoundIntent] = {}
    for sentence in sentences:
        for one in _of_sentence(sentence):
            found.setdefault(one.intent, one)
    if Intent.ANGER in found:  # who is angry asks without wanting an answer
        found.pop(Intent.QUESTION, None)
    return list(found.values())


def _of_sentence(sentence: Sentence) -> list[FoundIntent]:
    said = {intent: one for intent in _PATTERNS if (one := _find(intent, sentence))}
    if asks(sentence):
        said[Intent.QUESTION] = FoundIntent(
            Intent.QUESTION, sentence.start, sentence.start + len(sentence.text)
        )
    dropped = {other for intent in said for other in _INSTEAD.get(intent, ())}
    if sentence.is_asked and not _YES.search(sentence.text):
        dropped.add(Intent.CONFIRMATION)
    if {Intent.MEETING, Intent.NOT_NOW} <= said.keys():
        dropped.add(_less_exact(said[Intent.MEETING], sentence))
    if (agreed := said.get(Intent.CONFIRMATION)) and _SIGN.search(_words(agreed, sentence)):
        dropped.add(Intent.QUESTION)
    if _is_part_of_a_request(said):
        dropped.add(Intent.INTEREST)
    return [one for intent, one in said.items() if intent not in dropped]


#: A day or an hour makes a meeting; "let's speak in September" is later.
_EXACT: Final = spaced(
    rf"\b(?:{WEEKDAY}|tomorrow|today|next week|this week|\d{{1,2}}(?:st|nd|rd|th|am|pm|"
    r"[:.]\d\d)?)\b"
)
#: Who asks has not agreed yet, unless they begin with it.
_YES: Final = spaced(
    r"^\W*(?:\w+,? )?(?:yes|yep|yeah|yup|sure|ok|okay|perfect|great|fine|agreed|deal|done|good|"
    r"sign|ja|oui|si|sim|va bene|vale|gerne?|prima|akkoord)\b|where do (?:i|we) sign|,? (?:yes|"
    r"sure|ok|great|perfect)[,.!]"
)
_SIGN: Final = spaced(r"where do (?:i|we) sign")


def _words(found: FoundIntent, sentence: Sentence) -> str:
    return sentence.text[found.start - sentence.start : found.end - sentence.start]


def _less_exact(meeting: FoundIntent, sentence: Sentence) -> Intent:
    exact = _EXACT.search(
        _words(meeting, sentence) + sentence.text[meeting.end - sentence.start :][:25]
    )
    return Intent.NOT_NOW if exact else Intent.MEETING


def _is_part_of_a_request(said: Mapping[Intent, FoundIntent]) -> bool:
    """Return whether the words of interest are those of a request: "I'd like to see a quote"."""
    interest = said.get(Intent.INTEREST)
    requests = [said.get(intent) for intent in (Intent.MEETING, Intent.REQUEST_INFO)]
    return interest is not None and any(
        one is not None and one.start < interest.end and interest.start < one.end
        for one in requests
    )


def _find(intent: Intent, sentence: Sentence) -> FoundIntent | None:
    for match in _some(_PATTERNS[intent].finditer(sentence.text)):
        before, after = sentence.text[: match.start()], sentence.text[match.end() :]
        if intent in _NEGATABLE and is_negated(before):
            continue
        if (but := _EXCEPT.get(intent)) and but.search(
            f"{before[-20:]}|{match.group()}{after[:30]}"
        ):
            continue
        if intent is Intent.THANKS and _is_no_thanks(before, after):
            continue
        return FoundIntent(intent, sentence.start + match.start(), sentence.start + match.end())
    return None


def declines_a_call(folded: str) -> bool:
    """Return whether somebody asks not to be called."""
    return bool(_NO_CALL.search(folded))


def has_real_thanks(folded: str) -> bool:
    """Return whether thanks are given for something, and not only out of politeness."""
    return bool(_REAL_THANKS.search(folded)) and not _POLITE_THANKS.search(folded)


def _is_no_thanks(before: str, after: str) -> bool:
    is_aside = len(before.split()) > 2 and not _WARM.search(before)
    is_closing = is_aside and _CLOSING_THANKS.search(after)
    is_closing = is_closing or (_BEFORE_CLOSING.search(before) and _CLOSING_THANKS.search(after))
    return bool(is_closing or _NO_THANKS.search(before) or _THANKS_BUT.search(after))


def _some(matches: Iterator[Any]) -> Iterator[Any]:
    for number, match in enumerate(matches):
        if number == _MOST:
            return
        yield match
