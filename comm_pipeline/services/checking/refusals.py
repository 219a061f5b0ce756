"""Our errors about input, read as findings: their texts name the place, the reason and the fix."""

import re
from collections.abc import Iterator
from typing import Final

from comm_pipeline.domain.findings import Finding, Severity
from comm_pipeline.errors import InvalidInputError

#: Where a text goes on with another problem: after a semicolon stands another field's path.
_NEXT: Final = re.compile(r"; (?=[a-z_]{3,}(?:\.[^:;]+)?: )")
_NO_FIX: Final = "correct this field"


def refused(
    rule: str, reason: InvalidInputError, place: str = "", recipient: str | None = None
) -> Iterator[Finding]:
    """Yield a finding for each problem that an error tells of.

    ``place`` is put before the fields that the error names.
    """
    for problem in _NEXT.split(str(reason)):
        field, message, fix = read_problem(problem)
        where = ".".join(part for part in (place, field) if part)
        yield Finding(Severity.ERROR, rule, where, message, fix, recipient)


def read_problem(text: str) -> tuple[str, str, str]:
    """Return the field's path ("" if the text names none), what is wrong, and what to do."""
    field, colon, said = text.partition(": ")
    if not colon or re.search(r"[\s;]", field.split(".")[0]):
        field, said = "", text
    message, _, fix = said.partition("; ")
    return field, message, fix or _NO_FIX
