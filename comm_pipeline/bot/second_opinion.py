"""How rules and the classifier agree on what a reply is.

- A label that the rules found stays, unless the classifier's score is below ``keep``; one that they
  did not find is given from ``add`` on. Both limits were chosen for each label on replies that
  neither had seen (``make evaluate``).
- A line that says only "stop", and an opt-out in a letter longer than the classifier reads, stay
  whatever it says.
- Of two kinds of message that a reply may be, the one with the higher score.
- An opt-out that the rules found and the classifier refuses, or that scores above ``doubt``, is
  possible: a person has to look before anybody writes again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from comm_pipeline.bot.classifier import Model, places_for, scores_of
from comm_pipeline.bot.classifier_features import Feature, features_of
from comm_pipeline.domain.analysis import Intent, ReplyKind

_INTENT: Final = "intent:"
#: What the classifier does not add to what the rules found.
_OPPOSITES: Final[Mapping[Intent, tuple[Intent, ...]]] = {
    Intent.INTEREST: (Intent.REFUSAL,),
    Intent.CONFIRMATION: (Intent.REFUSAL,),
    Intent.REFUSAL: (Intent.INTEREST, Intent.CONFIRMATION),
}
_KINDS: Final = (ReplyKind.OPT_OUT, ReplyKind.OUT_OF_OFFICE, ReplyKind.AUTO_REPLY)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the classifier makes of a reply."""

    model: Model
    features: list[Feature]
    scores: Mapping[str, float]

    def grants(self, label: str, *, is_found: bool) -> bool:
        """Return whether a label is given, which the rules found or not."""
        limits = self.model.thresholds[label]
        return self.scores[label] > (limits.keep if is_found else limits.add)

    def words_for(self, label: str, text: str) -> str:
        """Return the words of the text that speak most for a label."""
        places = places_for(label, self.features, self.model)
        return " .. ".join(text[start:end] for start, end in places)


def opinion_of(folded: str, subject: str, language: str | None, model: Model) -> Opinion:
    """Return what a model makes of a folded text and subject."""
    features = features_of(folded, subject, language)
    return Opinion(model, features, scores_of(features, model))


def kind_of(found: ReplyKind, opinion: Opinion) -> ReplyKind:
    """Return what sort of message a reply is, of which the rules say that it is ``found``."""
    kinds = [kind for kind in _KINDS if opinion.grants(kind, is_found=kind is found)]
    return max(kinds, key=lambda kind: opinion.scores[kind], default=ReplyKind.GENUINE)


def is_doubtful(found: ReplyKind, kind: ReplyKind, opinion: Opinion) -> bool:
    """Return whether a reply that does not count as an opt-out may be one."""
    score, limit = opinion.scores[ReplyKind.OPT_OUT], opinion.model.thresholds[ReplyKind.OPT_OUT]
    return kind is not ReplyKind.OPT_OUT and (found is ReplyKind.OPT_OUT or score > limit.doubt)


def label_of(intent: Intent) -> str:
    """Return the classifier's label of an intent."""
    return f"{_INTENT}{intent}"


def refused(intents: Iterable[Intent], opinion: Opinion) -> set[Intent]:
    """Return those of the rules' intents that the classifier does not believe."""
    known = (one for one in intents if label_of(one) in opinion.scores)
    return {one for one in known if not opinion.grants(label_of(one), is_found=True)}


def added(found: Iterable[Intent], opinion: Opinion) -> list[Intent]:
    """Return the intents that the classifier sees beyond the rules', the surest first."""
    missing = {label for label in opinion.scores if label.startswith(_INTENT)}
    missing -= {label_of(one) for one in found}
    granted = [label for label in missing if opinion.grants(label, is_found=False)]
    against = {label_of(other) for one in found for other in _OPPOSITES.get(one, ())}
    granted = [label for label in granted if label not in against]
    granted.sort(key=lambda label: (-opinion.scores[label], label))
    return [Intent(label.removeprefix(_INTENT)) for label in granted]
