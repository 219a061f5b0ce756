"""``comm-pipeline check`` without a database: what it prints, and its exit code."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from comm_pipeline.cli.check import check
from comm_pipeline_tests.builders import a_batch_request, a_recipient

Command = Callable[..., Result]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path: Path) -> Command:
    def command(request: object, *options: str) -> Result:
        path = tmp_path / "request.json"
        path.write_text(request if isinstance(request, str) else json.dumps(request))
        environment = {"COMM_PIPELINE_HOME": str(tmp_path), "MONGODB_URI": "", "COLUMNS": "300"}
        return CliRunner().invoke(check, [str(path), *options], env=environment)

    return command


def test_a_good_request(run: Command) -> None:
    result = run(a_batch_request())
    assert result.exit_code == 0, result.output
    assert "3 recipients checked: 0 errors, 0 warnings." in result.output


def test_errors_are_shown_with_file_field_person_and_fix(run: Command) -> None:
    request = a_batch_request(recipients=[a_recipient(1, contact_info={"email": "a@example.com"})])
    result = run(request)
    assert result.exit_code == 1
    for words in ("request.json", "contact_info.first_name", "user_1", "default('...')"):
        assert words in result.output


def test_as_json(run: Command) -> None:
    document = json.loads(run(a_batch_request(recipients=["contact_1"]), "--json").stdout)
    (finding,) = document["findings"]
    assert (document["errors"], document["warnings"], document["recipients_checked"]) == (0, 1, 1)
    assert finding["file"].endswith("request.json")
    assert (finding["rule"], finding["recipient"]) == ("contact_not_checked", "contact_1")


def test_warnings_fail_a_strict_check(run: Command) -> None:
    request = a_batch_request(recipients=["contact_1"])
    assert (run(request).exit_code, run(request, "--strict").exit_code) == (0, 1)


def test_contacts_come_from_a_file(run: Command, tmp_path: Path) -> None:
    contacts = tmp_path / "contacts.json"
    people: list[dict[str, Any]] = [{"_id": "contact_1", "contact_info": {"email": "no"}}]
    contacts.write_text(json.dumps(people))
    result = run(a_batch_request(recipients=["contact_1"]), "--contacts", str(contacts), "--json")
    files = {finding["file"] for finding in json.loads(result.stdout)["findings"]}
    assert (result.exit_code, files) == (1, {str(contacts)})


def test_a_ready_template_needs_no_database(run: Command) -> None:
    request = json.loads((ROOT / "templates/requests/support_request.json").read_text())
    result = run(request, "--offline", "--json")
    document = json.loads(result.stdout)
    assert document["recipients_checked"] == len(request["recipients"])
    assert {finding["rule"] for finding in document["findings"]} <= {
        "contact_not_checked",
        "unusable_address",
    }


def test_a_database_that_does_not_answer_is_told_and_not_needed(run: Command) -> None:
    result = run(a_batch_request(recipients=["contact_1"]))
    assert result.exit_code == 0
    assert "Checked without the database" in result.stderr


def test_an_unknown_template(run: Command) -> None:
    result = run(a_batch_request(template_id="unheard_of"), "--offline", "--json")
    rules = {finding["rule"] for finding in json.loads(result.stdout)["findings"]}
    assert (result.exit_code, rules) == (1, {"refused_template", "recipients_not_checked"})


@pytest.mark.parametrize("content", ["", "[]", "{", "[" * 100_000])
def test_a_file_that_cannot_be_read(run: Command, content: str) -> None:
    result = run(content)
    assert result.exit_code == 2, result.output
    assert "request.json" in result.stderr


def test_a_file_may_begin_with_a_byte_order_mark(run: Command) -> None:
    assert run("\ufeff" + json.dumps(a_batch_request())).exit_code == 0


def test_the_package_can_be_run_as_a_module() -> None:
    arguments = [sys.executable, "-m", "comm_pipeline", "--help"]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("Usage: comm-pipeline ")
