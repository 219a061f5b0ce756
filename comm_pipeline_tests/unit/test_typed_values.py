"""Values, named responses and days of return, as people write them: one example a line.

``of`` is what is looked for, ``value`` what it is, null where there is none. All came on a
Wednesday in March 2026 unless ``received`` says otherwise; ``country`` is the writer's. The first
three files and the fifth were written before the rules were run on them; the fourth holds what was
found since.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from comm_pipeline.bot.rules import analyse
from comm_pipeline_tests.builders import a_template
from comm_pipeline_tests.evaluation.labelled import RECEIVED_AT, read_replies

TYPED: Final = ("typed_1", "typed_2", "typed_3", "typed_4", "typed_5")
EXTRACTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "money": {"type": "money"},
    "number": {"type": "number"},
    "rating": {"type": "rating"},
    "date": {"type": "date"},
    "choice": {"type": "choice", "choices": ["Basic", "Pro", "Pro Plus", "Enterprise"]},
}
EXAMPLES: Final = [example for name in TYPED for example in read_replies(name)]


def read(example: Mapping[str, Any]) -> Any:
    """Return what the rules read of what an example is about."""
    of = example["of"]
    template = a_template(extract={"x": EXTRACTIONS[of]} if of in EXTRACTIONS else {})
    day = example.get("received")
    received_at = datetime.fromisoformat(day).replace(hour=10, tzinfo=UTC) if day else RECEIVED_AT
    found = analyse(
        example["text"],
        template,
        template.stages[0],
        received_at,
        country=example.get("country"),
    )
    if of == "named":
        return sorted(found.named_responses)
    if of == "return":
        until = found.out_of_office_until
        return until.date().isoformat() if until else None
    return found.values.get("x")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_what_people_write_is_read_as_they_mean_it(example: Mapping[str, Any]) -> None:
    assert read(example) == example["value"]
