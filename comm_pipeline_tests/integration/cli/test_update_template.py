"""``comm-pipeline update-template`` against a real MongoDB."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pymongo import MongoClient

from comm_pipeline.cli.update_template import update_template
from comm_pipeline.errors import InvalidInputError, NotFoundError
from comm_pipeline_tests.builders import a_batch_request, a_template_document
from comm_pipeline_tests.harness import a_pipeline

CAMPAIGN = "campaign_request_1"
Command = Callable[..., Result]


@pytest.fixture
def started(mongodb_uri: str, database_name: str) -> None:
    """A campaign whose people have heard the first message."""

    async def start() -> None:
        async with a_pipeline(mongodb_uri, database_name) as pipeline:
            await pipeline.insert(a_batch_request())
            await pipeline.sweep()

    asyncio.run(start())


@pytest.fixture
def run(mongodb_uri: str, database_name: str, tmp_path: Path) -> Command:
    environment = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": database_name,
        "COMM_PIPELINE_HOME": str(tmp_path),
    }

    def command(document: Any, *options: str, campaign: str = CAMPAIGN) -> Result:
        file = tmp_path / "newer.json"
        file.write_text(document if isinstance(document, str) else json.dumps(document))
        arguments = [campaign, str(file), *options]
        return CliRunner().invoke(update_template, arguments, env=environment)

    return command


def _newer(text: str = "Shall I send it?") -> dict[str, Any]:
    document = a_template_document()
    document["stages"]["decision"]["messages"][0]["template"] = text
    return document


def _version(mongodb_uri: str, database_name: str) -> str:
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        found = client[database_name]["campaigns"].find_one({"_id": CAMPAIGN})
    assert found is not None
    return str(found["template_version"])


@pytest.mark.usefixtures("started")
def test_the_report_comes_first_and_changes_nothing(
    run: Command, mongodb_uri: str, database_name: str
) -> None:
    before = _version(mongodb_uri, database_name)
    result = run(_newer())
    assert result.exit_code == 0, result.output
    assert "3 open conversations; 3 do next what they would have done" in result.output
    assert "decision, index 0  changed  0" in result.output
    assert "the same command with --apply" in result.output
    assert _version(mongodb_uri, database_name) == before


@pytest.mark.usefixtures("started")
def test_applying_pins_it_and_again_is_harmless(
    run: Command, mongodb_uri: str, database_name: str
) -> None:
    before = _version(mongodb_uri, database_name)
    result = run(_newer(), "--apply")
    assert (result.exit_code, "Applied" in result.output) == (0, True), result.output
    assert _version(mongodb_uri, database_name) != before

    again = json.loads(run(_newer(), "--apply", "--json").output)
    assert again["old_version"] == again["new_version"] == _version(mongodb_uri, database_name)
    assert (again["is_applied"], again["unchanged"]) == (True, 3)
    told = run(_newer(), "--apply").output
    assert ("Applied" in told, "as it did" in told) == (False, True)


@pytest.mark.usefixtures("started")
def test_errors_keep_from_applying_unless_that_is_wanted(
    run: Command, mongodb_uri: str, database_name: str
) -> None:
    before, newer = _version(mongodb_uri, database_name), _newer("Hi {{ recipient.nickname }}")
    result = run(newer, "--apply")
    assert result.exit_code == 1
    assert "missing_variable (recipient.nickname): 3" in result.output
    assert "not applied, unless with --despite-errors" in result.output
    assert _version(mongodb_uri, database_name) == before

    found = json.loads(run(newer, "--json").stdout)
    assert (found["errors"], found["is_applied"]) == (3, False)
    assert {one["recipient"] for one in found["findings"]} == {"user_1", "user_2", "user_3"}
    assert run(newer, "--apply", "--despite-errors").exit_code == 0
    assert _version(mongodb_uri, database_name) != before


@pytest.mark.parametrize(
    ("document", "words"), [("{", "is not JSON"), ("[]", "must hold one object, the template")]
)
def test_a_malformed_file_is_refused_with_words(run: Command, document: str, words: str) -> None:
    result = run(document)
    assert isinstance(result.exception, InvalidInputError)
    assert words in str(result.exception)


def test_an_unknown_campaign_is_not_found(run: Command) -> None:
    assert isinstance(run(_newer()).exception, NotFoundError)


def test_despite_errors_is_for_applying(run: Command) -> None:
    result = run(_newer(), "--despite-errors")
    assert (result.exit_code, "needs --apply" in result.output) == (2, True)
