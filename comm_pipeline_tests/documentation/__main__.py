"""``python -m comm_pipeline_tests.documentation`` writes all that is generated anew.

These are parts of pages, and the JSON Schemas.
"""

from comm_pipeline_tests.documentation.generated import GENERATED, refreshed
from comm_pipeline_tests.documentation.schemas import schema_files

if __name__ == "__main__":
    for path, parts in GENERATED.items():
        page = path.read_text(encoding="utf-8")
        path.write_text(refreshed(page, parts), encoding="utf-8")
    for path, text in schema_files().items():
        path.write_text(text, encoding="utf-8")
