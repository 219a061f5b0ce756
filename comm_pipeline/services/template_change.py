"""Whom a newer version of its template touches in a campaign, in numbers and with some names."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from comm_pipeline.domain.findings import Finding, FindingLog, warning
from comm_pipeline.domain.ids import CampaignId, StageName
from comm_pipeline.domain.template_differences import Outlook, Position
from comm_pipeline.services.template_plan import TemplatePlan

#: Recipients that are named for each kind of change.
_NAMED: Final = 20


@dataclass(slots=True)
class MessageChange:
    """A position whose words differ: ``kind`` is changed, added or removed.

    ``heard`` conversations keep what they heard there; ``ahead`` ones have still to hear the new
    words (or, if removed, will not hear the old ones).
    """

    stage: StageName
    index: int
    kind: str
    heard: int = 0
    ahead: int = 0


@dataclass(slots=True)
class TemplateChange:
    """Whom a newer template touches, in numbers and with some names. Who has ended is not touched.

    ``changes`` maps what would happen next, under the old and the new template, to how many open
    conversations; ``examples`` names some of them. ``unchanged`` ones do next what they would have
    done. ``on_their_way``: their latest message is written and has not left; it keeps its words.
    ``in_removed_stages`` ones go on to another stage. By stage, ``passed`` are those that are past
    its place and do not enter it, ``going_back`` those that enter it though they were past it.
    ``findings`` is what else to know.
    """

    plan: TemplatePlan
    stages_added: tuple[StageName, ...]
    stages_removed: tuple[StageName, ...]
    messages: dict[Position, MessageChange]
    open_conversations: int = 0
    unchanged: int = 0
    in_removed_stages: int = 0
    on_their_way: int = 0
    passed: Counter[StageName] = field(default_factory=Counter)
    going_back: Counter[StageName] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    findings: FindingLog = field(default_factory=FindingLog)

    @property
    def campaign_id(self) -> CampaignId:
        """The campaign that would be changed."""
        return self.plan.campaign.id

    def count(self, recipient: str, change: str | None) -> None:
        """Add one open conversation; ``change`` None: what it does next is the same."""
        self.open_conversations += 1
        if change is None:
            self.unchanged += 1
            return
        self.changes[change] += 1
        named = self.examples.setdefault(change, [])
        if len(named) < _NAMED:
            named.append(recipient)

    def count_outlook(self, outlook: Outlook) -> None:
        """Add what one open conversation has heard, and has ahead of it."""
        for position, change in self.messages.items():
            expected = outlook.dropped if change.kind == "removed" else outlook.ahead
            change.heard += position in outlook.heard
            change.ahead += position in expected
        self.passed.update(outlook.passed)
        if outlook.goes_back_to is not None:
            self.going_back[outlook.goes_back_to] += 1


def find_in_counts(change: TemplateChange) -> list[Finding]:
    """Return what happens to positions and stages, over all open conversations."""
    return [
        *(_moved(one) for one in change.messages.values() if one.heard and one.kind != "removed"),
        *(_passed(stage, count) for stage, count in change.passed.items()),
        *(_goes_back(stage, count) for stage, count in change.going_back.items()),
    ]


def _moved(change: MessageChange) -> Finding:
    return warning(
        "other_words",
        f"template.stages.{change.stage}.messages.{change.index}",
        f"position {change.index} of the stage {change.stage} has another text: it will be said to "
        f"the {change.ahead:,} who have not heard that position, and not to the {change.heard:,} "
        "who have",
        "put what everybody is to hear behind the messages that were said",
        topic=f"{change.stage}.{change.index}",
    )


def _passed(stage: StageName, count: int) -> Finding:
    return warning(
        "stage_passed",
        f"template.stages.{stage}",
        f"{count:,} open conversations are past its place and do not enter it",
        "put it behind the stages that they are in, if they are to enter it",
        topic=stage,
    )


def _goes_back(stage: StageName, count: int) -> Finding:
    return warning(
        "goes_back",
        f"template.stages.{stage}",
        f"{count:,} open conversations, whose stage is removed, begin again here: none of the "
        "stages that they have been in is left to say where they are",
        "keep a stage that they have been in",
        topic=stage,
    )
