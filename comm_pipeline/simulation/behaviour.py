"""How simulated recipients behave, as ``templates/simulation/behaviour.json`` describes it.

What one recipient then does is drawn in ``recipients``; here is only the description.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from comm_pipeline.domain.document import Rules, explain_validation_error
from comm_pipeline.errors import EnvironmentFailure, InvalidInputError

_Share = Annotated[float, Field(ge=0, le=1)]
_Hours = Annotated[float, Field(ge=0, le=8760)]
_Text = Annotated[str, Field(min_length=1)]


class Answer(Rules):
    """One possible answer; ``weight`` is how often it is chosen against the others.

    After an answer with ``is_last`` the recipient writes no more, in whichever stage.
    """

    text: _Text
    weight: float = Field(default=1, gt=0)
    is_last: bool = False


class StageBehaviour(Rules):
    """What recipients do in one stage.

    ``silent``, ``opt_out`` and ``off_topic`` are shares of the recipients; all others give one of
    the ``answers``. ``at_follow_up`` is the share, of those who write, that does so only after the
    first follow-up. ``delay_hours`` is the shortest and longest time to the reply.
    """

    silent: _Share = 0
    opt_out: _Share = 0
    off_topic: _Share = 0
    at_follow_up: _Share = 0
    delay_hours: tuple[_Hours, _Hours]
    answers: tuple[Answer, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        rest = 1 - self.silent - self.opt_out - self.off_topic
        if rest < -1e-9:
            raise ValueError("silent, opt_out and off_topic together must be at most 1")
        if rest > 1e-9 and not self.answers:
            raise ValueError(f"answers: is empty, but {rest:.0%} of the recipients answer")
        if self.delay_hours[0] > self.delay_hours[1]:
            raise ValueError("delay_hours: the shortest time comes first")
        return self


class Behaviour(Rules):
    """The behaviour in every stage of every template that people react to.

    A recipient of any other template or stage is silent. ``seed`` decides who does what.
    """

    about: tuple[str, ...] = ()
    seed: _Text
    opt_out_texts: tuple[_Text, ...] = Field(min_length=1)
    off_topic_texts: tuple[_Text, ...] = Field(min_length=1)
    templates: Mapping[str, Mapping[str, StageBehaviour]]

    def of_stage(self, template_id: str, stage: str) -> StageBehaviour | None:
        """Return what recipients do in a stage, or None if they are silent there."""
        return self.templates.get(template_id, {}).get(stage)


def load_behaviour(templates_dir: Path) -> Behaviour:
    """Read ``simulation/behaviour.json`` of a templates folder.

    Raises EnvironmentFailure if it is not there, InvalidInputError that names each wrong field.
    """
    path = templates_dir / "simulation" / "behaviour.json"
    try:
        return Behaviour.model_validate_json(path.read_bytes())
    except OSError as error:
        raise EnvironmentFailure(
            f"{path} cannot be read ({error.strerror}): point the templates directory at this "
            "repository's templates/"
        ) from error
    except ValidationError as error:
        raise InvalidInputError(f"{path}: {explain_validation_error(error)}") from error
