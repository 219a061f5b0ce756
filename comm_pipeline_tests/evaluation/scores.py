"""Precision, recall and F1 of each class."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from comm_pipeline.bot.analyser import Analyser, ReplyToAnalyse
from comm_pipeline.bot.rules import analyse
from comm_pipeline.domain.analysis import BY_HAND, Analysis, Intent, Objection, ReplyKind, Sentiment
from comm_pipeline_tests.builders import a_template
from comm_pipeline_tests.evaluation.labelled import RECEIVED_AT, Reply

Understood = Sequence[tuple[Reply, Analysis]]


@dataclass(frozen=True, slots=True)
class Score:
    """How often a class was found rightly, wrongly, and missed."""

    name: str
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the found that are right; 1 if nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of those there are that were found; 1 if there are none."""
        return self.right / self.labelled if self.labelled else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    @property
    def labelled(self) -> int:
        """How many there are."""
        return self.right + self.missed


#: Values of which one or other stands in many replies, whatever else these say.
VALUES = {
    "team_size": {"type": "number"},
    "budget": {"type": "money"},
    "start": {"type": "date"},
    "answer": {"type": "choice", "choices": ["yes", "no", "later"]},
}


def understand(replies: Iterable[Reply], **template_fields: Any) -> Understood:
    """Return each reply with what the rules make of it; the fields are those of the template."""
    template = a_template(**template_fields)
    stage = template.stages[0]
    return [
        (one, analyse(one["text"], template, stage, RECEIVED_AT, one.get("subject")))
        for one in replies
    ]


async def understand_by(analyser: Analyser, replies: Iterable[Reply]) -> Understood:
    """Return each reply with what an analyser makes of it, many at once."""
    template = a_template()
    stage, replies = template.stages[0], list(replies)
    asked = (
        analyser.analyse(
            ReplyToAnalyse(
                text=one["text"],
                template=template,
                stage=stage,
                received_at=RECEIVED_AT,
                subject=one.get("subject"),
            )
        )
        for one in replies
    )
    return list(zip(replies, await asyncio.gather(*asked), strict=True))


def _score(
    name: str, understood: Understood, of: Callable[[Reply, Analysis], tuple[bool, bool]]
) -> Score:
    pairs = [of(reply, analysis) for reply, analysis in understood]
    return Score(
        name,
        right=sum(there and found for there, found in pairs),
        wrong=sum(found and not there for there, found in pairs),
        missed=sum(there and not found for there, found in pairs),
    )


def _scores(
    names: Iterable[str],
    understood: Understood,
    labels: Callable[[Reply], Collection[str]],
    findings: Callable[[Analysis], Collection[str]],
) -> list[Score]:
    return [_score(name, understood, _one_label(name, labels, findings)) for name in names]


def _one_label(
    name: str,
    labels: Callable[[Reply], Collection[str]],
    findings: Callable[[Analysis], Collection[str]],
) -> Callable[[Reply, Analysis], tuple[bool, bool]]:
    return lambda reply, analysis: (name in labels(reply), name in findings(analysis))


def kind_scores(understood: Understood) -> list[Score]:
    """Score what sort of message each reply is."""
    return _scores(ReplyKind, understood, lambda one: {one["kind"]}, lambda one: {one.kind})


def intent_scores(understood: Understood) -> list[Score]:
    """Score the intents of replies that people wrote; what notices tell beside is not labelled."""
    by_hand = [pair for pair in understood if pair[0]["kind"] in BY_HAND]
    return _scores(Intent, by_hand, lambda one: one["intents"], lambda one: one.intents)


def objection_scores(understood: Understood) -> list[Score]:
    """Score the objections of genuine replies."""
    genuine = [pair for pair in understood if pair[0]["kind"] == ReplyKind.GENUINE]
    return _scores(
        Objection, genuine, lambda one: one.get("objections", ()), lambda one: one.objections
    )


def sentiment_scores(understood: Understood) -> list[Score]:
    """Score how genuine replies sound."""
    genuine = [pair for pair in understood if pair[0].get("sentiment")]
    return _scores(Sentiment, genuine, lambda one: {one["sentiment"]}, lambda one: {one.sentiment})


def language_scores(understood: Understood) -> list[Score]:
    """Score the languages of replies."""
    languages = sorted({reply["language"] for reply, _ in understood})
    return _scores(
        languages, understood, lambda one: {one["language"]}, lambda one: {one.language or ""}
    )


def return_day_score(understood: Understood) -> Score:
    """Score the days of return; a wrong day counts as found wrongly and as missed."""
    dated = [(reply, analysis) for reply, analysis in understood if reply.get("until")]
    right = sum(_until(analysis) == reply["until"] for reply, analysis in dated)
    found = sum(analysis.out_of_office_until is not None for _, analysis in dated)
    return Score("return day", right, found - right, len(dated) - right)


def _until(analysis: Analysis) -> str | None:
    until = analysis.out_of_office_until
    return until.date().isoformat() if until else None


def macro_f1(scores: Sequence[Score]) -> float:
    """Return the mean F1 of the classes that are there."""
    there = [score.f1 for score in scores if score.labelled]
    return sum(there) / len(there)
