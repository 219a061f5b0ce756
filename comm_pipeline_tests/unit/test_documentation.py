"""The pages: generated parts are current, and what they name exists."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from comm_pipeline.bot.patterns import check_patterns
from comm_pipeline.cli.main import cli
from comm_pipeline.domain.batch_requests import parse_recipient, parse_request
from comm_pipeline.domain.state_diagrams import DIAGRAMS, mermaid
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.template_sources import template_sources
from comm_pipeline.domain.templates import Priority
from comm_pipeline.rendering.filters import FILTERS, TESTS
from comm_pipeline.rendering.sandbox import compile_condition, compile_message
from comm_pipeline.settings import Settings
from comm_pipeline.storage.repository import Repository
from comm_pipeline_tests.documentation.generated import GENERATED, ROOT, refreshed
from comm_pipeline_tests.documentation.pages import (
    PAGES,
    anchors_of,
    blocks_of,
    links_in,
    paths_in,
    settings_in,
    text_of,
    words_after,
)
from comm_pipeline_tests.documentation.schemas import schema_files

README = ROOT / "README.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
GLOSSARY = ROOT / "docs" / "glossary.md"
OPERATING = ROOT / "docs" / "operating.md"
TEMPLATES = ROOT / "docs" / "templates.md"
CONSTANTS = {"DAGSTER_HOME", "HTTPS_PROXY"}

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def examples() -> list[dict[str, Any]]:
    return [json.loads(block) for block in blocks_of(TEMPLATES, "json")]


@pytest.mark.parametrize("page", GENERATED, ids=lambda page: page.name)
def test_generated_parts_are_current(page: Path) -> None:
    fix = "write them anew: python -m comm_pipeline_tests.documentation"
    assert refreshed(text_of(page), GENERATED[page]) == text_of(page), fix


def test_the_json_schemas_are_current() -> None:
    fix = "write them anew: python -m comm_pipeline_tests.documentation"
    for path, text in schema_files().items():
        assert path.read_text(encoding="utf-8") == text, fix


def test_a_part_without_its_markers_is_noticed() -> None:
    with pytest.raises(ValueError, match="states:begin"):
        refreshed("<!-- states:end -->", {"states": ""})


@pytest.mark.parametrize(("heading", "table", "starts"), DIAGRAMS)
def test_a_diagram_has_an_arrow_for_each_transition(heading: str, table: Any, starts: Any) -> None:
    arrows = [line.split(" --> ") for line in mermaid(table, starts).splitlines()[1:]]
    drawn = {(one.strip(), other) for one, other in arrows}
    legal = {(str(one), str(other)) for one in table for other in table[one]}
    ends = {(str(one), "[*]") for one in table if not table[one]}
    assert drawn == legal | ends | {("[*]", str(start)) for start in starts}


@every_page
def test_every_named_file_exists(page: Path) -> None:
    assert [path for path in sorted(paths_in(page)) if not list(ROOT.glob(path))] == []


def test_the_files_of_the_glossary_exist() -> None:
    named = re.findall(r"`([\w/]+\.py)`", text_of(GLOSSARY))
    assert len(named) > 30
    assert [path for path in named if not (ROOT / "comm_pipeline" / path).is_file()] == []


def test_the_tests_that_the_architecture_names_exist() -> None:
    named = re.findall(r"`([\w/]+\.py)`", text_of(ARCHITECTURE))
    tests = [path for path in named if "test_" in path and not path.startswith("comm_pipeline")]
    assert len(tests) > 10
    assert [path for path in tests if not (ROOT / "comm_pipeline_tests" / path).is_file()] == []


@every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links_in(page):
        target, _, anchor = link.partition("#")
        found = (page.parent / target) if target else page
        assert found.exists(), link
        assert not anchor or anchor in anchors_of(found), link


@every_page
def test_every_make_target_exists(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert words_after("make", page) - targets == set()


@every_page
def test_every_command_exists(page: Path) -> None:
    assert words_after("comm-pipeline", page) - set(cli.commands) == set()


def test_commands_are_found() -> None:
    assert words_after("make", README) >= {"demo", "dev", "test"}
    assert words_after("comm-pipeline", README) >= {"submit", "status", "reply"}


@every_page
def test_every_setting_exists(page: Path) -> None:
    variables = Settings.variables().values()
    known = {name for variable in variables for name in variable.all_names} | CONSTANTS
    assert settings_in(page) - known == set()


@pytest.mark.parametrize("document", [one for one in examples() if "stages" in one])
def test_the_example_templates_can_be_used(document: dict[str, Any]) -> None:
    template = parse_template(document)
    check_patterns(template)
    for _, source, kind in template_sources(template):
        if kind == "condition":
            compile_condition(source)
        else:
            compile_message(source, is_html=kind == "html")


def test_the_examples_of_a_message_and_of_settings_can_be_used() -> None:
    (message,) = [one for one in examples() if "variants" in one]
    (rules,) = [one for one in examples() if "business_hours" in one]
    document = {"stages": [{"name": "a", "messages": [message]}], "global_settings": rules}
    template = parse_template(document)
    assert [one.name for one in template.stages[0].messages[0].variants] == [
        "as it is",
        "short subject",
    ]
    assert template.priority is Priority.HIGH


def test_the_example_request_can_be_used() -> None:
    (document,) = [one for one in examples() if "servicetype" in one]
    assert parse_request(document).template_id == "campaign_sales"
    assert [parse_recipient(one).id for one in document["recipients"][:2]] == ["user_1", "user_2"]


def test_every_filter_and_test_is_listed() -> None:
    assert [one for one in (*FILTERS, *TESTS) if f"`{one}`" not in text_of(TEMPLATES)] == []


def test_every_collection_and_index_is_listed() -> None:
    rows = {line.split("`")[1]: line for line in text_of(ARCHITECTURE).splitlines() if "`" in line}
    for repository in Repository.__subclasses__():
        names = {index.document["name"] for index in repository.indexes}
        cell = rows[repository.name].split("|")[-2]
        assert set(re.findall(r"`(\w+)`", cell)) == names, repository.name


def test_every_setting_has_an_effect() -> None:
    sources = [
        path.read_text(encoding="utf-8")
        for path in (ROOT / "comm_pipeline").rglob("*.py")
        if "settings" not in path.parts
    ]
    idle = {
        variable.names[0]
        for field, variable in Settings.variables().items()
        if not any(f"settings.{field}" in source for source in sources)
    }
    logging = {
        "LOG_LEVEL",
        "LOG_FORMAT",
        "SENSITIVE_FIELDS",
        "INCLUDE_TRACE_ID",
    }  # read by settings.log itself
    assert idle == logging
