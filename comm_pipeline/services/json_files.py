"""Reading JSON that people have written."""

import json
from pathlib import Path
from typing import Any

from comm_pipeline.errors import InvalidInputError


def read_json_file(file: Path) -> Any:
    """Return what a JSON file holds.

    A byte order mark, with which some editors begin, is passed over. Raises InvalidInputError that
    says why it is none: broken, not UTF-8, nested without measure, or with a number of thousands of
    digits.
    """
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(f"{file}: is not JSON: {error}") from error
