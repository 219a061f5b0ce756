"""What the classifier makes of a reply in which the rules have found no sort of message.

Whatever rules have read stands: a kind of message, an answer that the template knows, a mention of
an opt-out that is not meant as one ("please don't unsubscribe me"). An opt-out or a notice that is
certain enough is decided. An opt-out that is not is *possible*: a person has to look before anybody
writes again. So is one that rules have read in words that are otherwise far from any.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from comm_pipeline.bot.classifier import Classifier, Reading
from comm_pipeline.bot.opt_out_elsewhere import is_off_a_place
from comm_pipeline.bot.opt_outs import is_turned, mentions_opt_out
from comm_pipeline.bot.rule_reading import NOT_WITH_OPT_OUT
from comm_pipeline.bot.sentences import Sentence
from comm_pipeline.domain.analysis import Intent, ReplyKind

#: So much more than elsewhere has to speak for a possible one in what reads like a question.
_IN_A_QUESTION: Final = 0.5
#: So much less than what raises doubt elsewhere does so in a notice where rules have found words.
_NEAR: Final = 0.5
#: So much surer than enough it has to be of an intent that explains what sounds like an opt-out.
_EXPLAINS: Final = 0.5
#: The score from which a label is more likely than not.
_LIKELY: Final = 0.0
#: What the writer of an opt-out hardly says: so much surer it has to be of one beside these.
_UNLIKELY: Final = frozenset(
    {Intent.INTEREST, Intent.CONFIRMATION, Intent.REQUEST_INFO, Intent.NOT_NOW}
)
_MORE: Final = 1.0
#: What has much in common with an opt-out: so much surer it has to be of one beside these.
_OTHERS: Final = frozenset({Intent.DATA_REQUEST, Intent.WRONG_PERSON, Intent.REFERRAL})
_MORE_OF_OTHERS: Final = 0.5
#: What explains words that sound like one, where rules have read it.
_EXPLAINING: Final = _OTHERS | {Intent.PERSON_WANTED}
#: What is said beside the words of an opt-out where these are about something else.
_AGREEING: Final = frozenset(
    {Intent.INTEREST, Intent.CONFIRMATION, Intent.REQUEST_INFO, Intent.MEETING, Intent.THANKS}
)
#: What is looked for beside an opt-out, because a person should know of it.
_WITH_OPT_OUT: Final = frozenset(
    {Intent.ANGER, Intent.LEGAL_THREAT, Intent.DATA_REQUEST, Intent.PERSON_WANTED}
)
#: What may call a person: a few words, such as "Sure!!", are not enough for it.
ALARMING: Final = _WITH_OPT_OUT | {Intent.COMPLAINT}
#: Who says the one does not mean the other; thanks that go with a no are manners.
_OPPOSITES: Final[Mapping[Intent, frozenset[Intent]]] = {
    Intent.INTEREST: frozenset({Intent.REFUSAL}),
    Intent.CONFIRMATION: frozenset({Intent.REFUSAL}),
    Intent.REFUSAL: frozenset({Intent.INTEREST, Intent.CONFIRMATION, Intent.THANKS}),
    Intent.OPT_OUT: frozenset(Intent) - _WITH_OPT_OUT,
}
_NOTICES: Final = (ReplyKind.OUT_OF_OFFICE, ReplyKind.AUTO_REPLY)
_INTENTS: Final = tuple(one for one in Intent if one not in {Intent.OPT_OUT, Intent.UNCLEAR})
#: Intents that are taken from the classifier at most, and sentences that are looked at for words.
_MOST: Final = 3
_MOST_SENTENCES: Final = 20
#: Words of a text that is long enough to be decided by them.
_FEWEST_WORDS: Final = 5


def is_long_enough(folded: str) -> bool:
    """Return whether a text has words enough to be decided by; short ones are names and things."""
    return len(folded.split(None, _FEWEST_WORDS)) >= _FEWEST_WORDS


def kind_of(reading: Reading, intents: Iterable[Intent]) -> ReplyKind:
    """Return what sort of message a text is in which rules have found these intents only."""
    more = max(_more_beside(intents), 0.0 if _OTHERS.isdisjoint(intents) else _MORE_OF_OTHERS)
    if reading.is_sure(ReplyKind.OPT_OUT, more):  # whatever else it may be
        return ReplyKind.OPT_OUT
    sure = [kind for kind in _NOTICES if reading.is_sure(kind)]
    if Intent.PERSON_WANTED in intents and reading.is_sure(Intent.PERSON_WANTED):
        sure = [
            kind for kind in sure if kind is not ReplyKind.AUTO_REPLY
        ]  # no machine asks for one
    return max(sure, key=reading.score, default=ReplyKind.GENUINE)


def may_be_opt_out(
    reading: Reading, intents: Iterable[Intent], *, has_answered: bool = False
) -> bool:
    """Return whether a text that rules take for a genuine reply may be an opt-out all the same.

    Of one that ``has_answered`` what the template asks for, if it is more likely one than not.
    """
    if has_answered:
        return reading.score(ReplyKind.OPT_OUT) >= _LIKELY
    label = reading.classifier.labels[ReplyKind.OPT_OUT]
    beside = NOT_WITH_OPT_OUT & set(intents)
    limit = label.sure + (_more_beside(intents) if Intent.NOT_NOW in beside else 0.0)
    if beside <= {Intent.QUESTION}:  # "Would you take us off?" is one in form only
        limit = label.doubt + (_IN_A_QUESTION if beside else 0.0)
    return reading.score(ReplyKind.OPT_OUT) >= limit


def is_explained(
    reading: Reading, intents: Iterable[Intent], sentences: Sequence[Sentence]
) -> bool:
    """Return whether what raises doubt says something else: a complaint, a wrong person, a no.

    Neither the whole nor one of its sentences may be more likely an opt-out than not.
    """
    if _EXPLAINING.isdisjoint(intents) and not _is_sure_of(reading, _INTENTS):
        return False
    best = _best_of(sentences, reading.classifier)
    return max(reading.score(ReplyKind.OPT_OUT), best) < _LIKELY


def _is_sure_of(reading: Reading, intents: Iterable[Intent]) -> bool:
    return any(reading.is_sure(one, _EXPLAINS) for one in intents)


def _best_of(sentences: Sequence[Sentence], classifier: Classifier) -> float:
    """Return the score of the sentence that reads most like an opt-out."""
    scores = (classifier.read(one.text).score(ReplyKind.OPT_OUT) for one in sentences)
    return max(scores, default=-math.inf)


def _more_beside(intents: Iterable[Intent]) -> float:
    return 0.0 if _UNLIKELY.isdisjoint(intents) else _MORE


def is_far_from_opt_out(reading: Reading, sentences: Sequence[Sentence]) -> bool:
    """Return whether none of the sentences in which rules have found an opt-out reads like one.

    Each by itself: one sentence is enough, whatever else is said. Many are not judged. Of a text
    that agrees, asks for something, or names a place where no addresses are kept, none may be more
    likely one than not.
    """
    limit = _LIKELY if _is_of_else(reading, sentences) else _doubt(reading)
    return len(sentences) <= _MOST_SENTENCES and _best_of(sentences, reading.classifier) < limit


def is_something_else(reading: Reading, sentences: Sequence[Sentence]) -> bool:
    """Return whether such words raise no doubt either: all speaks for something else."""
    best = _best_of(sentences, reading.classifier)
    return best < _doubt(reading) and _is_of_else(reading, sentences)


def is_near_opt_out(reading: Reading, sentences: Sequence[Sentence]) -> bool:
    """Return whether a sentence of a notice comes near to what raises doubt elsewhere."""
    return _best_of(sentences, reading.classifier) >= _doubt(reading) - _NEAR


def _is_of_else(reading: Reading, sentences: Sequence[Sentence]) -> bool:
    is_off = any(is_off_a_place(one.text) for one in sentences)
    return is_off or _is_sure_of(reading, _AGREEING)


def _doubt(reading: Reading) -> float:
    return reading.classifier.labels[ReplyKind.OPT_OUT].doubt


def is_held_although_mentioned(own: str, reading: Reading) -> bool:
    """Return whether a person looks at words of an opt-out that rules have found not to be meant.

    Not where they are turned into their opposite ("please don't unsubscribe me"): the classifier
    cannot tell that.
    """
    return reading.is_sure(ReplyKind.OPT_OUT) and not is_turned(own)


def sure_sentence(sentences: Sequence[Sentence], classifier: Classifier) -> Sentence | None:
    """Return the first sentence that is surely an opt-out by itself, or None."""
    return next(
        (
            one
            for one in sentences[:_MOST_SENTENCES]
            if is_long_enough(one.text)
            and classifier.read(one.text).is_sure(ReplyKind.OPT_OUT)
            and not mentions_opt_out(one.text)
        ),
        None,
    )


def more_intents(
    reading: Reading, intents: Iterable[Intent], *, is_long: bool
) -> tuple[Intent, ...]:
    """Return the likeliest intents beside those of the rules, the surest first.

    Those of the rules stay; none is given that contradicts them. ``is_long`` is what
    ``is_long_enough`` says of the text.
    """
    said = set(intents) - {Intent.UNCLEAR}
    against = said.union(*(_OPPOSITES.get(one, ()) for one in said))
    if not is_long:
        against |= ALARMING
    labels = reading.classifier.labels
    above = {one: reading.score(one) - labels[one].sure for one in _INTENTS if one not in against}
    likely = (one for one, score in above.items() if score >= 0)
    return tuple(sorted(likely, key=lambda one: -above[one])[:_MOST])


def telling(label: str, sentences: Sequence[Sentence], classifier: Classifier) -> Sentence | None:
    """Return the sentence that speaks most for a label, or None if there is no sentence."""
    return max(
        sentences[:_MOST_SENTENCES],
        key=lambda one: classifier.read(one.text).score(label),
        default=None,
    )
