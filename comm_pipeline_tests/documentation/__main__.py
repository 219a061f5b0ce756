"""``python -m comm_pipeline_tests.documentation`` writes the generated parts of pages anew."""

from comm_pipeline_tests.documentation.generated import GENERATED, refreshed

if __name__ == "__main__":
    for path, parts in GENERATED.items():
        page = path.read_text(encoding="utf-8")
        path.write_text(refreshed(page, parts), encoding="utf-8")
