"""The commands with which people act on conversations, against a real MongoDB."""

import json
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest
from click.testing import CliRunner, Result

from comm_pipeline.cli.main import cli
from comm_pipeline_tests.harness import a_pipeline
from comm_pipeline_tests.integration.services.answering import hear, under_way

Command = Callable[..., Result]
CAMPAIGN = "campaign_request_1"


@pytest.fixture
def run(mongodb_uri: str, database_name: str, tmp_path: Path) -> Command:
    """Return the command line, after Ann was angry and Bo said thanks, who needs approval."""

    async def prepare() -> None:
        async with a_pipeline(mongodb_uri, database_name) as pipeline:
            campaign_id = await under_way(pipeline, "ann", "bo", approval=True)
            await hear(
                pipeline, campaign_id, "You idiots, this is outrageous! \x1b[2J\u202e", "ann"
            )
            await hear(pipeline, campaign_id, "Thanks a lot!", "bo")

    anyio.run(prepare)
    environment = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": database_name,
        "COMM_PIPELINE_HOME": str(tmp_path),
    }
    return lambda *arguments: CliRunner().invoke(cli, list(arguments), env=environment)


def test_people_see_who_needs_them_and_act(run: Command) -> None:
    listed = run("escalations")
    assert listed.exit_code == 0
    for words in (
        f"{CAMPAIGN} ann, stage hello: open; answer, then resolve",
        "escalate_on: anger: is hostile",
        "they wrote: You idiots, this is outrageous! \N{REPLACEMENT CHARACTER}[2J",
        f"{CAMPAIGN} bo, stage hello: open; approve or reject",
        "  | You are welcome.",
    ):
        assert words in listed.output
    assert not {"\x1b", "\u202e"} & set(listed.output)
    documents = json.loads(run("escalations", CAMPAIGN, "--json").output)
    assert [(one["recipient_id"], one["kind"]) for one in documents] == [
        ("ann", "hand_off"),
        ("bo", "approval"),
    ]
    for arguments, words in (
        (("answer", CAMPAIGN, "ann", "I am sorry."), "written; it leaves with the next pass"),
        (("answer", CAMPAIGN, "ann", "I am sorry."), "written before"),
        (("resolve", CAMPAIGN, "ann", "--note", "called"), "it goes on"),
        (("resolve", CAMPAIGN, "ann"), "it is active already"),
        (("approve", CAMPAIGN, "bo"), "approved; it leaves with the next pass:\n\nHi Bo,"),
        (("approve", CAMPAIGN, "bo"), "approved already"),
    ):
        done = run(*arguments)
        assert (done.exit_code, words in done.output) == (0, True), done.output
    assert "Nobody is needed." in run("escalations").output
    assert "resolved (called)" in run("escalations", "--all").output


def test_mistakes_are_explained(run: Command) -> None:
    for arguments, code, words in (
        (("answer", CAMPAIGN, "cy", "Hello"), 3, "has no recipient"),
        (("answer", "campaign_none", "ann", "Hello"), 3, "campaign_none"),
        (("answer", CAMPAIGN, "ann", "  "), 1, "1 to 20,000 characters"),
        (("approve", CAMPAIGN, "ann"), 3, "no answer to ann waits for approval"),
        (("resolve", CAMPAIGN, "ann", "--outcome", "gone"), 2, "is not one of"),
    ):
        done = run(*arguments)
        assert (done.exit_code, words in done.output) == (code, True), done.output
    assert run("reject", CAMPAIGN, "bo", "--note", "too short").exit_code == 0
    assert "it was rejected before" in run("reject", CAMPAIGN, "bo").output
    assert run("approve", CAMPAIGN, "bo").exit_code == 3
    assert run("resolve", CAMPAIGN, "ann", "--outcome", "handed_off").exit_code == 0
    again = run("resolve", CAMPAIGN, "ann")
    assert (again.exit_code, "it has ended as handed_off" in again.output) == (1, True)
