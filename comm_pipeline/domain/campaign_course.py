"""How far a campaign's rules lead within its time: for who answers at once, and who never does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from comm_pipeline.domain.campaign_rules import FrequencyCap
from comm_pipeline.domain.findings import Finding, error, warning
from comm_pipeline.domain.silent_visits import Ending, SilentVisit
from comm_pipeline.domain.templates import CampaignTemplate, Stage


@dataclass(frozen=True, slots=True)
class Course:
    """A way through the stages: when each is entered, and when messages leave, in hours.

    Hours count from the start of the conversation and are scaled by the stage delay factor.
    """

    stages: Mapping[str, float]
    messages: tuple[float, ...]


def prompt_course(
    template: CampaignTemplate,
    initial_stage: str,
    silences: Mapping[str, SilentVisit],
    factor: float,
) -> Course:
    """Return the way of a recipient who gives each stage the answer that it wants, at once."""
    at, stages, messages = 0.0, dict[str, float](), list[float]()
    for stage in _stages_from(template, initial_stage):
        stages[stage.name] = at
        delay = stage.messages[0].timing.delay_hours if stage.messages else 0.0
        if stage.messages:
            messages.append(at + delay * factor)
        leaves = max(delay, stage.progression.min_stage_duration_hours)
        silence = silences.get(stage.name)
        if silence is not None and silence.ending is Ending.ADVANCES:
            leaves = min(leaves, silence.hours)
        at += leaves * factor
    return Course(stages, tuple(messages))


def silent_course(
    template: CampaignTemplate,
    initial_stage: str,
    silences: Mapping[str, SilentVisit],
    factor: float,
) -> Course:
    """Return the way of a recipient who never answers, up to where it is known."""
    at, stages, messages = 0.0, dict[str, float](), list[float]()
    for stage in _stages_from(template, initial_stage):
        stages[stage.name] = at
        silence = silences.get(stage.name)
        if silence is None:
            break
        messages += [at + sent.hours * factor for sent in silence.messages]
        at += silence.hours * factor
        if silence.ending is not Ending.ADVANCES:
            break
    return Course(stages, tuple(messages))


def find_beyond_end(
    template: CampaignTemplate, course: Course, lasts_hours: float, place: str
) -> Iterator[Finding]:
    """Yield the stages that nobody reaches before the campaign ends.

    ``course`` is that of a prompt recipient, ``lasts_hours`` the time from the campaign's start to
    its end, and ``place`` the field that says so.
    """
    for number, (name, at) in enumerate(course.stages.items()):
        stage = template.stage(name)
        if number == 0 and course.messages and stage.messages:
            if course.messages[0] >= lasts_hours:
                yield _nothing_said(course.messages[0], lasts_hours, place)
                return
        elif at >= lasts_hours:
            yield warning(
                "stage_after_end",
                place,
                f"the stage {name} comes after {at:g} hours at the earliest, even for who answers "
                f"at once; the campaign ends after {lasts_hours:.6g}",
                f"let the campaign last more than {at:g} hours, or shorten the stages before",
            )


def _nothing_said(first: float, lasts_hours: float, place: str) -> Finding:
    return error(
        "end_before_first_message",
        place,
        f"the first message leaves after {first:g} hours; the campaign ends after "
        f"{lasts_hours:.6g}",
        "let the campaign last longer, or lower delay_hours of the first message",
    )


def find_above_caps(
    caps: Sequence[FrequencyCap], silent: Course, prompt: Course
) -> Iterator[Finding]:
    """Yield the caps that hold back what the template says: to who never answers, or at once."""
    courses = (
        (silent, "never answers", "follow up less often"),
        (prompt, "answers each stage at once", "give the stages min_stage_duration_hours"),
    )
    for position, cap in enumerate(caps):
        told = cap.max_messages
        for course, who, way_out in courses:
            planned = _most_within(course.messages, cap.per_hours)
            if planned > told:
                told = planned
                yield warning(
                    "messages_above_cap",
                    f"template.global_settings.frequency_caps.{position}",
                    f"up to {cap.max_messages} messages may leave in {cap.per_hours:g} hours, but "
                    f"who {who} is to get {planned}; the others wait, and what follows with them",
                    f"raise max_messages, or {way_out}",
                    topic=who,
                )


def _most_within(instants: Sequence[float], hours: float) -> int:
    """Return how many of the instants, in order, lie in one window of that length at most."""
    most, first = 0, 0
    for number, instant in enumerate(instants):
        while instant - instants[first] >= hours:
            first += 1
        most = max(most, number - first + 1)
    return most


def _stages_from(template: CampaignTemplate, initial_stage: str) -> Iterator[Stage]:
    """Yield the stages that a conversation goes through in order."""
    position = [str(name) for name in template.stage_names].index(initial_stage)
    yield template.stages[position]
    yield from (stage for stage in template.stages[position + 1 :] if not stage.skip_in_order)
