"""The demo's folder and settings: it removes only what is its own and writes to nobody real."""

import fcntl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from comm_pipeline.cli.demo_home import day_seconds_of, demo_settings, make_fresh_home
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.settings import load_settings

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_folder_is_made_anew(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    make_fresh_home(home)
    (home / "mail").mkdir()
    (home / "mail" / "1.eml").write_text("old")
    (home / "link").symlink_to(tmp_path)
    make_fresh_home(home)
    assert sorted(path.name for path in home.iterdir()) == ["dev.lock", "made_by_demo.txt"]
    assert tmp_path.exists()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("three years of work")
    with pytest.raises(EnvironmentFailure, match="was not made by the demo"):
        make_fresh_home(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    make_fresh_home(tmp_path)
    (tmp_path / "mail").mkdir()
    with (tmp_path / "dev.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with pytest.raises(EnvironmentFailure, match="a system is running"):
            make_fresh_home(tmp_path)
    assert (tmp_path / "mail").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentFailure, match="cannot be made anew"):
        make_fresh_home(tmp_path / "file" / "demo")


def test_days_are_short_and_no_real_mail_server_is_used(tmp_path: Path) -> None:
    environ = {
        "COMM_PIPELINE_HOME": str(tmp_path),
        "SMTP_HOST": "smtp.example.com",
        "SMTP_SENDER": "sales@example.com",
        "COMM_PIPELINE_CHANNEL": "email",
        "STAGE_DELAY_FACTOR": "1",
        "LOG_LEVEL": "WARNING",
    }
    settings = demo_settings(load_settings(environ), 2.5, NOW)
    assert day_seconds_of(settings) == pytest.approx(2.5)
    assert settings.home == tmp_path / "demo"
    assert (settings.polling_interval_seconds, settings.retry_delay_seconds) == (5, 5)
    assert (settings.smtp_host, settings.log_level) == (None, "WARNING")
    # The local system starts its mail catcher only if nobody has chosen a channel.
    assert "channel" not in settings.model_fields_set


def test_a_mongodb_that_was_there_before_gets_a_database_of_the_demos_own(tmp_path: Path) -> None:
    environ = {"MONGODB_URI": "mongodb://db.example.com", "MONGODB_DATABASE": "production"}
    settings = demo_settings(load_settings(environ), 2.5, NOW)
    assert settings.mongodb_database == "comm_pipeline_demo_20260302_090000"
    assert settings.mongodb_uri is not None
    embedded = demo_settings(load_settings({"MONGODB_DATABASE": "production"}), 2.5, NOW)
    assert embedded.mongodb_database == "communication_service"
