"""How simulated recipients behave: the adjustable model, as a JSON file describes it.

``templates/simulation/default_behaviour.json`` is the default and explains each field. What one
recipient then does with one message is drawn in ``audience``; what they write, in ``reply_texts``.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from comm_pipeline.domain.context import merge
from comm_pipeline.domain.document import Rules, explain_validation_error
from comm_pipeline.errors import EnvironmentFailure, InvalidInputError
from comm_pipeline.simulation.time_zones import zone_or_none

#: The default, below the templates folder.
DEFAULT_FILE: Final = Path("simulation") / "default_behaviour.json"


def _is_a_zone(name: str) -> str:
    if zone_or_none(name) is None:
        raise ValueError("is no IANA time zone, e.g. Europe/Berlin")
    return name


_Share = Annotated[float, Field(ge=0, le=1)]
_Weight = Annotated[float, Field(ge=0, le=1_000_000)]
_Text = Annotated[str, Field(min_length=1, max_length=2_000)]
_Texts = Annotated[tuple[_Text, ...], Field(min_length=1)]
_Zone = Annotated[str, AfterValidator(_is_a_zone)]
_TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]


class Delay(Rules):
    """Waking hours from a message to its answer: log-normal, at most ``maximum``.

    Half of the answers come within ``median`` hours; ``sigma`` is the standard deviation of the
    delay's logarithm: the larger, the more come very early or very late.
    """

    median: float = Field(gt=0, le=8_760)
    sigma: float = Field(default=1.0, ge=0, le=5)
    maximum: float = Field(default=336.0, gt=0, le=8_760)


class StageHabits(Rules):
    """What recipients do with the messages of a stage.

    ``answer_rate`` and ``opt_out_rate`` are chances a message; a follow-up multiplies the former by
    ``follow_up_factor``, the next one by its square. Of the answers, ``wanted_share`` say what the
    stage asks for, ``unclear_share`` say nothing that can be used, and the rest are friendly;
    ``values_share`` of them also give the values that the template looks for.
    ``named_responses`` gives further shares of answers by the response that they name.
    """

    answer_rate: _Share
    follow_up_factor: float = Field(default=1.0, ge=0, le=10)
    opt_out_rate: _Share = 0.0
    out_of_office_rate: _Share = 0.0
    delay_hours: Delay
    wanted_share: _Share = 1.0
    unclear_share: _Share = 0.0
    values_share: _Share = 1.0
    named_responses: Mapping[str, _Share] = {}

    @model_validator(mode="after")
    def _shares_add_up(self) -> Self:
        if self.answer_rate + self.opt_out_rate > 1 + 1e-9:
            raise ValueError("answer_rate and opt_out_rate together must be at most 1")
        if self.wanted_share + self.unclear_share > 1 + 1e-9:
            raise ValueError("wanted_share and unclear_share together must be at most 1")
        return self


class WakingHours(Rules):
    """When people write, by their own clock; an ``end`` before ``start`` lies after midnight."""

    start: _TimeOfDay = "07:00"
    end: _TimeOfDay = "22:00"

    @model_validator(mode="after")
    def _has_length(self) -> Self:
        if self.start in {self.end, "24:00"}:
            raise ValueError('start and end must differ; "00:00" to "24:00" is the whole day')
        return self


class Texts(Rules):
    """What people write; one of each list is drawn."""

    friendly: _Texts
    unclear: _Texts
    opt_out: _Texts
    out_of_office: _Texts


class Habits(Rules):
    """The whole model. ``stages`` gives, by stage, whatever differs from ``default`` there.

    ``bounce_rate`` is the share of addresses that do not exist. ``values`` weighs what people write
    for a value of the template, by its name; other values are drawn evenly from what it allows.
    ``time_zone`` is for those whose own is not known.
    """

    about: tuple[str, ...] = ()
    default: StageHabits
    stages: Mapping[str, Mapping[str, Any]] = {}
    bounce_rate: _Share = 0.0
    waking_hours: WakingHours = WakingHours()
    time_zone: _Zone = "UTC"
    values: Mapping[str, Mapping[_Text, _Weight]] = {}
    texts: Texts

    @model_validator(mode="after")
    def _values_can_be_drawn(self) -> Self:
        for name, weights in self.values.items():
            if not sum(weights.values()) > 0:
                raise ValueError(f"values.{name}: at least one weight must be above 0")
        return self

    def of_stage(self, stage: str) -> StageHabits:
        """Return what people do in a stage: the default with what ``stages`` changes.

        Raises InvalidInputError that names the field if the two do not fit together.
        """
        changes = self.stages.get(stage)
        if not changes:
            return self.default
        try:
            return StageHabits.model_validate(merge(self.default.model_dump(), changes))
        except ValidationError as error:
            raise InvalidInputError(explain_validation_error(error, f"stages.{stage}")) from error


def load_habits(path: Path) -> Habits:
    """Read the model from a JSON file.

    Raises EnvironmentFailure if it cannot be read, InvalidInputError that names each wrong field.
    """
    try:
        habits = Habits.model_validate_json(path.read_bytes())
        for stage in habits.stages:
            habits.of_stage(stage)
    except OSError as error:
        raise EnvironmentFailure(f"{path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise InvalidInputError(f"{path}: {explain_validation_error(error)}") from error
    except InvalidInputError as error:
        raise InvalidInputError(f"{path}: {error}") from error
    return habits


def check_names(habits: Habits, stages: tuple[str, ...], responses: frozenset[str]) -> None:
    """Refuse stages and responses that the template does not know: they would change nothing.

    Raises InvalidInputError that names the field.
    """
    for stage in habits.stages:
        if stage not in stages:
            raise InvalidInputError(
                f"stages.{stage}: the template has no such stage; it has {', '.join(stages)}"
            )
    for place, own in [("default", habits.default)] + [
        (f"stages.{stage}", habits.of_stage(stage)) for stage in habits.stages
    ]:
        for name in own.named_responses:
            if name not in responses:
                raise InvalidInputError(
                    f"{place}.named_responses.{name}: the template has no such response; it has "
                    f"{', '.join(sorted(responses))}"
                )
