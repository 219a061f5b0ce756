"""Hypothesis strategies for batch requests: templates as documents, with rules for whole campaigns.

Rules about hours are drawn in one spelling only, ``"HH:MM-HH:MM"`` by weekday, so that a test can
read them back without the code that it tests.
"""

from typing import Any, Final

from hypothesis import strategies as st

from comm_pipeline.domain.templates import CampaignTemplate, Stage
from comm_pipeline.domain.weekdays import WEEKDAYS
from comm_pipeline_tests.property.generated_templates import templates

ZONES: Final = ("America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Berlin", "UTC")
#: The people of every campaign come from these, so that campaigns meet at one address.
PEOPLE: Final[dict[str, str | None]] = {
    "ada": "Europe/Berlin",
    "bob": "America/New_York",
    "cem": "Asia/Kolkata",
    "dee": None,
}

_windows = st.sampled_from(
    [["09:00-17:00"], ["08:30-12:00", "13:00-17:30"], ["20:00-02:00"], ["00:00-24:00"], []]
)
_hours = st.fixed_dictionaries(
    dict.fromkeys(WEEKDAYS, _windows) | {"timezone": st.sampled_from(ZONES)},
    optional={"use_recipient_timezone": st.booleans()},
).filter(lambda hours: any(hours[day] for day in WEEKDAYS))
_holidays = st.lists(
    st.sampled_from(["2026-03-02", "2026-03-03", "2026-03-08", "2026-03-29", "2026-04-05"]),
    min_size=1,
    max_size=3,
    unique=True,
).map(lambda dates: {"dates": dates, "use_recipient_country": False})
_caps = st.lists(
    st.builds(
        lambda count, hours: {"max_messages": count, "per_hours": hours},
        st.integers(1, 3),
        st.sampled_from([1, 24, 168]),
    ),
    min_size=1,
    max_size=2,
)
_strategies = st.fixed_dictionaries(
    {
        "quick": st.builds(dict, delay_factor=st.sampled_from([0.5, 1.0])),
        "none": st.builds(dict, delay_factor=st.just(1.5), max_follow_ups=st.integers(0, 2)),
    }
)
_times = st.builds(
    dict,
    windows=st.sampled_from([["10:00-12:00"], ["22:00-01:00"]]),
    learn=st.booleans(),
    max_wait_hours=st.sampled_from([0, 24, 72]),
)


def global_settings() -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for the rules of a whole campaign; each is there or not."""
    return st.fixed_dictionaries(
        {},
        optional={
            "business_hours": _hours,
            "holidays": _holidays,
            "frequency_caps": _caps,
            "follow_up_strategies": _strategies,
            "optimal_contact_times": _times,
        },
    )


@st.composite
def template_documents(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a template of any stages, in any order of names, as authors write it."""
    template = draw(templates(has_maximum=draw(st.booleans())))
    names = draw(st.permutations([f"stage_{number}" for number in range(5)]))
    stages = dict(zip(names, map(_stage_document, template.stages), strict=False))
    return {
        "_id": "generated",
        "name": "Generated",
        "type": "sales",
        "stages": stages,
        "default_initial_stage": next(iter(stages)),
        "completion_conditions": _completion(template),
        "global_settings": draw(global_settings()),
    }


def _stage_document(stage: Stage) -> dict[str, Any]:
    return {
        "messages": [
            {"template": "Hello {{ recipient.id }}", "timing": message.timing.model_dump()}
            for message in stage.messages
        ],
        "progression_rules": stage.progression.model_dump(exclude_none=True),
    }


def _completion(template: CampaignTemplate) -> dict[str, Any]:
    wanted = template.completion.specific_response_received
    return {"specific_response_received": wanted} if wanted else {}


def people() -> st.SearchStrategy[list[str]]:
    """Return a strategy for who is in a campaign."""
    return st.lists(st.sampled_from(sorted(PEOPLE)), min_size=1, max_size=3, unique=True)


def recipients(names: list[str], suffix: str) -> list[dict[str, Any]]:
    """Return recipients as a request gives them; ``suffix`` keeps the addresses of a test apart."""
    return [
        {"id": name, "contact_info": {"email": address_of(name, suffix)} | _zone(name)}
        for name in names
    ]


def address_of(name: str, suffix: str) -> str:
    """Return the address of a person."""
    return f"{name}.{suffix}@example.com"


def _zone(name: str) -> dict[str, Any]:
    zone = PEOPLE[name]
    return {"timezone": zone} if zone else {}
