"""What a reply asks, and whether the texts of an answer are about it. Pure.

Each question is looked at by itself: an answer that responds to the rest of a reply, and leaves one
of its questions out, seems not to have read it. So a text stands in only for a question that it is
about: one of ``questions`` by its phrases, one for an intent or objection if that was found in this
question, or is what it is about by its words. Questions of courtesy want no answer.
"""

import re
from collections.abc import Iterator
from typing import Final

from comm_pipeline.domain.analysis import Intent, Objection
from comm_pipeline.domain.answers_guards import phrase_pattern
from comm_pipeline.domain.answers_state import PendingAnswer
from comm_pipeline.domain.answers_texts import AnswerTexts

#: Who wants one of these has asked something.
_ASKS: Final = frozenset({Intent.QUESTION, Intent.REQUEST_INFO})
#: Texts for these answer no question.
_COURTESIES: Final = frozenset({Intent.THANKS, Intent.INTEREST, Intent.CONFIRMATION})
_CLOSING: Final = r"[\s?!.:;)(-]*"
_POLITE: Final = re.compile(
    r"\W*(?:(?:hi|hello|hey|dear|hallo|guten tag|bonjour|salut|hola|ciao|olá|hoi)\b"
    r"(?:[\s,]+\w+){0,2}[\s,!.:-]*)?(?:(?:and|so|but|well|und|et|y|e|en)[\s,]+)?(?:"
    r"how (?:are|r) (?:you|u|things|we)(?: all)?(?: doing| keeping| today)*|how do you do|"
    r"how(?:'s|\u2019s| is| are) (?:it going|everything|life|things|your (?:day|week))(?: going)?|"
    r"(?:i |we )?hope (?:you(?:'re|\u2019re| are)|all is|everything is) (?:well|good|fine|ok\w*)|"
    r"what(?:'s|\u2019s| is) up|you know(?: what)?|guess what|who knows|why not|remember me|"
    r"right|ok(?:ay)?|really|seriously|wie geht(?: e)?['\u2019]?s(?: (?:ihnen|dir|euch))?|"
    r"wie geht es (?:ihnen|dir|euch)|alles (?:gut|klar|goed)|(?:comment )?ça va(?: bien)?|"
    r"comment (?:allez[- ]vous|vas[- ]tu)|c[óo]mo (?:est[áa]s?(?: usted)?|te va|le va|va(?:i)?)|"
    r"qu[ée] tal|come (?:stai|sta|va)|tudo bem|hoe gaat het(?: met (?:u|je|jou))?"
    rf"){_CLOSING}",
    re.IGNORECASE,
)
#: What a question about the price is known by.
_ABOUT_PRICE: Final = re.compile(
    r"\b(?:pric(?:e\w*|ing)|costs?|how much (?:is|are|for|per)|expensive|fees?|quotes?|discount\w*|"
    r"preis\w*|kost(?:en|et|enpunkt)?|teuer\w*|prix|tarifs?|co[uû]t\w*|cher|devis|precio\w*|"
    r"cu[áa]nto (?:vale|es)|cuestan?|cost[ao]n?|prezz[oi]|preços?|custam?|prijs\w*)\b"
    rf"|\b(?:how much|wie viel|wieviel|combien|cu[áa]nto|quanto|hoeveel){_CLOSING}$",
    re.IGNORECASE,
)
_DOCUMENTS: Final = (
    r"(?:info\w*|details?|brochures?|overview|materials?|decks?|documents?|documentation|slides?|"
    r"case stud(?:y|ies)|recordings?|white ?papers?|data ?sheets?|one[- ]pagers?|flyers?)"
)
#: What a wish for material, or for more in general, is known by.
_ABOUT_MATERIAL: Final = re.compile(
    r"\b(?:tell|show|send|give|share) (?:me |us )?(?:a (?:bit|little) )?more\b"
    rf"|\b(?:more|further) {_DOCUMENTS}"
    rf"|\b(?:send|share|forward|give|provide|have|get|see|e?mail) [^?.!]{{0,40}}\b{_DOCUMENTS}\b"
    r"|\b(?:mehr (?:info\w*|erfahren|dazu)|informationen|unterlagen|broschüre|infomaterial|"
    r"plus d['\u2019]info\w*|en savoir plus|renseignements|más (?:información|info|detalles)|"
    r"folleto|(?:più|maggiori) informazioni|saperne di più|mais informações|saber mais|"
    r"meer informatie)\b",
    re.IGNORECASE,
)


def asked_in(pending: PendingAnswer) -> tuple[str, ...]:
    """Return what a reply asks, in its own words: its questions, and what it wants to be sent."""
    questions = tuple(one for one in pending.questions if not _POLITE.fullmatch(one))
    wanted = pending.evidence.get(Intent.REQUEST_INFO)
    if Intent.REQUEST_INFO not in pending.intents or not wanted:
        return questions
    is_named = any(_overlap(wanted, one) for one in pending.questions)
    return questions if is_named else (*questions, wanted)


def unanswered(
    pending: PendingAnswer, replies: tuple[str, ...], texts: AnswerTexts
) -> Iterator[str]:
    """Yield what a reply asks and the parts ``replies`` of an answer say nothing about."""
    asked = asked_in(pending)
    for one in asked:
        if not any(_is_about(part, one, pending, texts) for part in replies):
            yield one
    if asked or pending.questions:
        return
    # That it asks something was understood, and not where.
    asks = next((intent for intent in pending.intents if intent in _ASKS), None)
    courtesies = {f"intents.{intent}" for intent in _COURTESIES}
    if asks is not None and courtesies.issuperset(replies):
        yield "material" if asks is Intent.REQUEST_INFO else "something"


def _is_about(part: str, asked: str, pending: PendingAnswer, texts: AnswerTexts) -> bool:
    """Return whether a part of an answer stands in for what was asked."""
    group, _, name = part.partition(".")
    if group == "questions":
        phrases = texts.questions[int(name)].phrases
        return any(phrase_pattern(phrase).search(asked) for phrase in phrases)
    if group == "objections":
        words = pending.evidence.get(f"objection:{name}")
        is_named = name == Objection.PRICE and _ABOUT_PRICE.search(asked)
        return bool(is_named) or _overlap(words, asked)
    if name == Intent.QUESTION:  # the author's answer to whatever is asked
        return True
    if name in _COURTESIES or name == Intent.REFUSAL:
        return False
    words = pending.evidence.get(name)
    if name == Intent.REQUEST_INFO:
        return _is_about_material(asked, words, pending)
    return _overlap(words, asked)


def _is_about_material(asked: str, words: str | None, pending: PendingAnswer) -> bool:
    """Return whether material, or the price, is asked for.

    That a whole question is taken for such a wish says little: classifiers do so readily.
    """
    if asked not in pending.questions or _ABOUT_PRICE.search(asked):
        return True
    is_part = words is not None and len(words) < len(asked.rstrip("?! ")) and _overlap(words, asked)
    return is_part or _ABOUT_MATERIAL.search(asked) is not None


def _overlap(words: str | None, asked: str) -> bool:
    """Return whether what something was found by stands in a question, or the other way round."""
    one, other = " ".join((words or "").casefold().split()), " ".join(asked.casefold().split())
    return bool(one) and (one in other or other in one)
