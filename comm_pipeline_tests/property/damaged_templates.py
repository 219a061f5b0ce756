"""Hypothesis strategies for templates that somebody, or something, has damaged."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]

#: Every field of the language at least once.
COMPLETE: dict[str, Any] = {
    "_id": "complete",
    "name": "Everything",
    "type": "sales",
    "version": "1",
    "subject": "{{ company.name }}",
    "default_initial_stage": "hello",
    "global_settings": {
        "business_hours": {
            "timezone": "Europe/Berlin",
            "days": ["mon", "tuesday"],
            "start": "09:00",
            "end": "17:00",
            "friday": ["09:00-12:00", {"start": "22:00", "end": "02:00"}],
            "saturday": None,
        },
        "holidays": {"country": "DE", "subdivision": "BY", "dates": ["2026-12-24"]},
        "optimal_contact_times": {"windows": ["10:00-12:00"], "learn": False},
        "follow_up_strategies": {
            "quick": {"within_hours": 8, "delay_factor": 0.5},
            "none": {"max_follow_ups": 1},
        },
        "frequency_caps": [{"max_messages": 2, "per_hours": 168}],
        "priority": "high",
        "channels": ["email", "sms"],
        "timing_rules": {"max_follow_ups": 2, "max_stage_duration_hours": 168},
    },
    "fallbacks": {"recipient.first_name": "there", "company": {"name": "us"}},
    "context_data": {"product.name": "CloudScale"},
    "responses": {"yes": ["yes"], "no": {"phrases": ["no", "never"]}},
    "extract": {"size": {"type": "number", "pattern": "(\\d+) people", "minimum": 1}},
    "stages": [
        {
            "name": "hello",
            "title": "Hello",
            "messages": [
                "Hi {{ recipient.first_name }}",
                {
                    "subject": "S",
                    "html": "<p>{{ recipient.first_name | upper }}</p>",
                    "variants": [
                        {
                            "name": "a",
                            "weight": 2,
                            "template": "A",
                            "follow_up_templates": [{"template": "again"}],
                        },
                        {"name": "b", "template": "B", "channels": {"sms": {"template": "b"}}},
                    ],
                    "conditional_templates": [
                        {"condition": "response.size > 3", "template": "Many", "subject": "M"}
                    ],
                    "follow_up_templates": [{"template": "F", "channels": {}}],
                    "channels": {"sms": {"template": "short", "subject": "s"}},
                    "timing": {"delay_hours": 4, "follow_up_delay_hours": 24},
                    "metadata": {"author": "Nora"},
                },
            ],
            "progression_rules": {
                "specific_response_required": "yes",
                "min_stage_duration_hours": 1,
                "escalation_after_hours": 100,
                "escalation_action": "call",
            },
            "extract": {"tool": {"type": "choice", "choices": ["Excel", "Sheets"]}},
            "conversation_guidance": {"next_steps": ["call"]},
        },
        {"stage": "approval", "skip_in_order": True, "messages": []},
    ],
    "completion_conditions": {"specific_response_received": "no", "max_duration_hours": 2000},
}


def whole_templates() -> list[dict[str, Any]]:
    """Return the templates that are damaged: complete, ready and documented ones."""
    folders = ("templates/campaigns", "comm_pipeline_tests/golden/templates")
    paths = [path for folder in folders for path in sorted((ROOT / folder).glob("*.json"))]
    return [COMPLETE, *(json.loads(path.read_text(encoding="utf-8")) for path in paths)]


_words = st.sampled_from(
    [
        "",
        " ",
        "yes",
        "awareness",
        "09:00-17:00",
        "24:00",
        "Europe/Berlin",
        "high",
        "{{",
        "{{ recipient.first_name }}",
        "{{ a.b.c | default('x') }}",
        "{% if x %}",
        "{{ 'x' * 10**9 }}",
        "{{ ''.__class__ }}",
        "{% for x in y %}{% endfor %}",
        "response.rating < 4",
        "(" * 50,
        "(a+)+$",
        "template.stages.7",
        "\x00",
        "\ud800",
        "x" * 30_000,
        "$where",
        "NaN",
        "🙂",
    ]
)
_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**63, -(2**80), 1e308, 10**30])
    | st.floats()
    | _words
    | st.text(max_size=8)
    | st.just(datetime(2026, 3, 2, tzinfo=UTC))
)
_junk = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


def _nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = {"a": [value]}
    return value


_deep = st.integers(1, 300).map(_nested)


@st.composite
def damaged_templates(draw: st.DrawFn) -> Any:
    """Draw a template with one to four damages anywhere in it."""
    document = copy.deepcopy(draw(st.sampled_from(whole_templates())))
    for _ in range(draw(st.integers(1, 4))):
        places = list(_places(document))
        if not places:
            return document
        _damage(draw, *draw(st.sampled_from(places)))
    return document


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each part of a document: what holds it, and under which key."""
    if not isinstance(value, dict | list):
        return
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        yield value, key
        yield from _places(inner)


def _damage(draw: st.DrawFn, holder: Any, key: Any) -> None:
    kind = draw(st.sampled_from(["replace", "deepen", "wrap", "remove", "rename", "add"]))
    if kind == "replace":
        holder[key] = draw(_junk)
    elif kind == "deepen":
        holder[key] = draw(_deep)
    elif kind == "wrap":
        holder[key] = [holder[key]]
    elif kind == "remove":
        del holder[key]
    elif isinstance(holder, list):
        holder.append(draw(_junk))
    elif kind == "rename":
        holder[draw(_misspelt(key))] = holder.pop(key)
    else:
        holder[draw(st.text(max_size=12))] = draw(_junk)


def _misspelt(name: str) -> st.SearchStrategy[str]:
    """Draw a name with one letter left out, doubled or put in."""
    return st.builds(
        lambda position, letter: name[:position] + letter + name[position + 1 :],
        st.integers(0, max(0, len(name) - 1)),
        st.sampled_from(["", "ss", "_", "$", "."]),
    )
