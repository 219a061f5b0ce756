"""What a running system tells other terminals: nothing secret, and nothing by halves."""

from pathlib import Path

import pytest

from comm_pipeline.cli.home_lock import only_one
from comm_pipeline.cli.running_system import (
    RunningSystem,
    find_running_system,
    forgotten_at_end,
    tell,
)
from comm_pipeline.settings import load_settings
from comm_pipeline_tests.running_systems import a_running_system

MONGODB = {"MONGODB_URI": "mongodb://127.0.0.1:27018/?replicaSet=rs0"}
CATCHER = {
    "SMTP_HOST": "127.0.0.1",
    "SMTP_PORT": "2525",
    "SMTP_SECURITY": "none",
    "SMTP_SENDER": "Acme <hello@acme.example>",
}
#: Each secret with what else it needs to be valid.
SECRETS = {
    "SMTP_PASSWORD": ("pa55word", CATCHER | {"SMTP_USERNAME": "acme"}),
    "WEBHOOK_SECRET": ("whsec_cGE1NXdvcmQ=", {"WEBHOOK_URL": "https://hooks.example/send"}),
    "CHAT_WEBHOOK_URL": ("https://chat.example/pa55word", {}),
    "TWILIO_AUTH_TOKEN": (
        "pa55word",
        {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_SMS_SENDER": "+491701234567"},
    ),
    "IMAP_PASSWORD": ("pa55word", {"IMAP_HOST": "mail.example", "IMAP_USERNAME": "acme"}),
    "LLM_API_KEY": ("pa55word", {"LLM_BASE_URL": "https://llm.example/v1", "LLM_MODEL": "tiny"}),
    "LLM_BASE_URL": ("https://acme:pa55word@llm.example/v1", {"LLM_MODEL": "tiny"}),
    "FORGET_KEY": ("pa55word of thirty-two characters!", {}),
    "MONGODB_URI": ("mongodb://acme:pa55word@db.example/?tls=true", {}),
}


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_told_nor_the_rest_of_its_account(name: str) -> None:
    secret, others = SECRETS[name]
    told = RunningSystem.of(load_settings(MONGODB | others | {name: secret}))
    text = told.model_dump_json()
    assert secret not in text
    assert "pa55word" not in text
    assert name.lower() in told.withheld
    assert not told.settings.keys() & {name, *others}
    assert told.settings["CAMPAIGN_STAGE_DELAY_FACTOR"] == "1.0"


def test_what_is_no_secret_is_told_as_it_is() -> None:
    environ = MONGODB | CATCHER | {"STAGE_DELAY_FACTOR": "0.001", "MONGODB_DATABASE": "mine"}
    told = RunningSystem.of(load_settings(environ))
    assert told.withheld == frozenset()
    assert told.settings.items() >= (MONGODB | CATCHER | {"MONGODB_DATABASE": "mine"}).items()
    assert told.settings["CAMPAIGN_STAGE_DELAY_FACTOR"] == "0.001"


def test_the_hosts_of_its_mongodb_are_told_without_the_login() -> None:
    uri = "mongodb://acme:pa55@word@DB1.example,db2.example:27018/x?authSource=admin"
    assert RunningSystem.of(load_settings({"MONGODB_URI": uri})).mongodb == (
        "db1.example,db2.example:27018"
    )


def test_it_is_found_while_the_system_runs_and_gone_afterwards(tmp_path: Path) -> None:
    assert find_running_system(tmp_path) is None
    with a_running_system(tmp_path, MONGODB):
        found = find_running_system(tmp_path)
        assert found == RunningSystem.of(load_settings(MONGODB))
        assert {path.name for path in tmp_path.iterdir()} == {"dev.lock", "dev.json"}
        assert (tmp_path / "dev.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["dev.lock"]


def test_what_a_crash_left_behind_is_ignored_and_forgotten(tmp_path: Path) -> None:
    tell(tmp_path, load_settings(MONGODB))
    assert find_running_system(tmp_path) is None
    with only_one(tmp_path), forgotten_at_end(tmp_path):
        assert find_running_system(tmp_path) is None


def test_what_another_version_told_is_ignored(tmp_path: Path) -> None:
    with only_one(tmp_path):
        (tmp_path / "dev.json").write_text('{"settings": []}')
        assert find_running_system(tmp_path) is None
