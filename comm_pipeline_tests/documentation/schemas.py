"""The published JSON Schemas: the files of ``templates/`` that editors use."""

import json
from collections.abc import Mapping
from pathlib import Path

from comm_pipeline.domain.input_schemas import INPUT_SCHEMAS

FOLDER = Path(__file__).parents[2] / "templates"


def schema_files() -> Mapping[Path, str]:
    """Return the text of each file."""
    return {
        FOLDER / name: json.dumps(make(), indent=2, ensure_ascii=False) + "\n"
        for name, make in INPUT_SCHEMAS.items()
    }
