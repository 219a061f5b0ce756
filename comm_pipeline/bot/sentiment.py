"""How a reply sounds, from the words and signs in it and from what it wants."""

from collections.abc import Collection
from typing import Final

import re2

from comm_pipeline.bot.folding import one_of
from comm_pipeline.bot.negation import is_negated
from comm_pipeline.domain.analysis import Intent, Sentiment

#: Words that are looked at; a letter has a handful.
_MOST: Final = 100

_GOOD: Final = one_of(
    r"good|great|love[d]?|like|perfect|excellent|amazing|awesome|brilliant|fantastic|wonderful|"
    r"happy|glad|excited|nice|thanks|thank you|thankful|thx|appreciate\w*|helpful|useful|"
    r"pleased|looking forward|cool|lovely|impressed|solved|fixed|resolved|works again|star|"
    r"enjoy\w*|cheers|best|interesting|promising|danke|merci|gracias|grazie|obrigad[oa]|"
    r"bedankt|gut|bien|super|toll|spannend|gern|beaucoup|bueno|bom|goed"
)
_BAD: Final = one_of(
    r"bad|terrible|awful|horrible|worst|poor|hate|angry|furious|disappoint\w*|unhappy|useless|"
    r"ridiculous|unacceptable|annoy\w*|broken|crash\w*|problem|error|frustrat\w*|fail\w*|slow|"
    r"wrong|waste|idiots?|stupid|shit|fuck\w*|scam|spam|joke|refund|complain\w*|lawyer\w*|"
    r"attorneys?|court|illegal|sue|hell|never worked|not working|expensive|wary|burned|afford|"
    r"twice|nobody|enttauscht|decu|decepcionad\w|too high|violat\w+|how dare|damn|pathetic|"
    r"kidding|waiting|scared"
)
_GOOD_SIGNS: Final = re2.compile(
    "[\U0001f600-\U0001f60e\U0001f44d\U0001f44f\U0001f64f\u2764\U0001f389\U0001f525\u263a]|"
    ":-?\\)|;-?\\)|:D"
)
_BAD_SIGNS: Final = re2.compile(
    "[\U0001f620-\U0001f62d\U0001f44e\U0001f92c\U0001f644\U0001f595]|:-?\\("
)
#: What an intent adds.
_WEIGHTS: Final = {
    Intent.INTEREST: 1.5,
    Intent.CONFIRMATION: 1.0,
    Intent.THANKS: 1.0,
    Intent.MEETING: 0.55,
    Intent.REFUSAL: -0.5,
    Intent.WRONG_PERSON: -0.3,
    Intent.NOT_NOW: -0.4,
    Intent.COMPLAINT: -2.0,
    Intent.ANGER: -3.0,
    Intent.LEGAL_THREAT: -2.0,
    Intent.DATA_REQUEST: -1.2,
    Intent.OPT_OUT: -0.5,
}
#: A score beyond this, either way, is more than neutral.
_CLEAR: Final = 0.2
#: Evidence at which the score is halfway to its end.
_HALF: Final = 2.0


def find_sentiment(
    folded: str, original: str, intents: Collection[Intent]
) -> tuple[Sentiment, float]:
    """Return how a text sounds, and a score from -1 to 1."""
    total = sum(_WEIGHTS.get(intent, 0.0) for intent in intents)
    total += 0.5 * (_count(_GOOD, folded) - _count(_BAD, folded))
    total += len(_GOOD_SIGNS.findall(original)[:5]) - len(_BAD_SIGNS.findall(original)[:5])
    if total < 0 and (_is_shouted(original) or "!!" in original):
        total *= 1.5
    score = round(total / (abs(total) + _HALF), 2)
    if score >= _CLEAR:
        return Sentiment.POSITIVE, score
    return (Sentiment.NEGATIVE if score <= -_CLEAR - 0.15 else Sentiment.NEUTRAL), score


def _count(pattern: re2._Regexp, folded: str) -> int:
    """Count words; a negated one counts for the other side."""
    count = 0
    for number, match in enumerate(pattern.finditer(folded)):
        if number == _MOST:
            break
        before = folded[max(0, match.start() - 40) : match.start()].rpartition(".")[2]
        count += -1 if is_negated(before) else 1
    return count


def _is_shouted(text: str) -> bool:
    letters = [sign for sign in text[:500] if sign.isalpha()]
    return len(letters) >= 12 and sum(sign.isupper() for sign in letters) > 0.7 * len(letters)
