"""Hypothesis strategies that damage documents: whatever stands somewhere gives way to anything."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

#: What people and programs write by mistake, and what an attacker writes on purpose.
ANYTHING = st.sampled_from(
    [
        *(None, True, False, 0, 1, -1, 2.5, 1e300, 2**70, 10**9, float("nan"), float("inf")),
        *("", " ", "x", "0", "-5", "true", "9999-12-31T23:59:59+00:00", "2026-03-02", "24:00"),
        *("{{ recipient.first_name }}", "{{ a.b.c }}", "{{ 'x' * 10**9 }}", "{% for %}", "{{"),
        *(
            "{% if response.rating < 4 %}{{ recipient.x | int }}{% endif %}",
            "\ud800",
            "\x00",
            "a.b",
        ),
        *("Europe/Berlin", "Mars/Olympus", "09:00-17:00", "accept_proposal", "u1", "(", "$a", "ü"),
        *([], {}, [[]], [None], ["a", 1], {"a": None}, {"": {}}, {"a.b": 1, "a": 2}, {"$x": 1}),
        *({"id": "u1"}, {"email": "a@b.example"}, {"template": "x"}, {"start": "09:00"}),
    ]
)


@st.composite
def damaged(draw: st.DrawFn, document: dict[str, Any], most: int = 4) -> dict[str, Any]:
    """Draw a document in which up to ``most`` parts were replaced, removed, doubled or renamed."""
    changed = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, most))):
        places = list(_places(changed))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        _damage(draw, holder, key)
    return changed


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def _damage(draw: st.DrawFn, holder: Any, key: Any) -> None:
    how = draw(st.sampled_from(["replace", "replace", "remove", "double", "rename", "nest"]))
    value = holder[key]
    if how == "remove":
        del holder[key]
    elif how == "double" and isinstance(holder, list):
        holder.append(copy.deepcopy(value))
    elif how == "rename" and isinstance(holder, dict):
        holder[draw(st.sampled_from(["x", f"{key}s", "", "$a", "a.b", "template", "id"]))] = value
    elif how == "nest":
        holder[key] = {"a": copy.deepcopy(value)}
    else:
        holder[key] = copy.deepcopy(draw(ANYTHING))
