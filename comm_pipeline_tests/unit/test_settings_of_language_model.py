"""The settings of the language model: defaults, forms, halves, the secret."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from comm_pipeline.bot.model_config import model_config
from comm_pipeline.errors import InvalidSettingError
from comm_pipeline.settings import (
    Settings,
    describe_settings,
    environment_of,
    load_settings,
)
from comm_pipeline_tests.unit.test_settings import problems_of, value_of

SECRET = "hunter2"
MODEL = {"LLM_BASE_URL": "https://llm.example/v1", "LLM_MODEL": "tiny-1"}
EVERYTHING = MODEL | {
    "REPLY_ANALYSER": "llm",
    "LLM_API_KEY": SECRET,
    "LLM_OUTPUT_MODE": "json_schema",
    "LLM_TIMEOUT_SECONDS": "5.5",
    "LLM_MAX_CONCURRENT_CALLS": "3",
    "LLM_MAX_ANSWER_TOKENS": "700",
    "LLM_MAX_TOKENS_PER_DAY": "0",
    "LLM_INPUT_PRICE": "0.5",
    "LLM_OUTPUT_PRICE": "1.5",
    "LLM_CA_FILE": "/etc/ca.pem",
}

DEFAULTS = {
    "REPLY_ANALYSER": "rules",
    "LLM_BASE_URL": None,
    "LLM_MODEL": None,
    "LLM_API_KEY": None,
    "LLM_OUTPUT_MODE": "tool",
    "LLM_TIMEOUT_SECONDS": 30.0,
    "LLM_MAX_CONCURRENT_CALLS": 8,
    "LLM_MAX_ANSWER_TOKENS": 2_000,
    "LLM_MAX_TOKENS_PER_DAY": 5_000_000,
    "LLM_INPUT_PRICE": 0.0,
    "LLM_OUTPUT_PRICE": 0.0,
    "LLM_CA_FILE": None,
    "LLM_ALLOW_HTTP": False,
}


@pytest.mark.parametrize(("name", "default"), DEFAULTS.items())
def test_default(name: str, default: object) -> None:
    assert value_of(load_settings({}), name) == default


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("REPLY_ANALYSER", "magic", "rules or llm"),
        ("LLM_BASE_URL", "llm.example", "an address such as https://host/path"),
        ("LLM_OUTPUT_MODE", "xml", "tool, json_schema or prompt"),
        ("LLM_MAX_CONCURRENT_CALLS", "0", "a whole number, at least 1"),
        ("LLM_MAX_TOKENS_PER_DAY", "-1", "a whole number, at least 0"),
        ("LLM_INPUT_PRICE", "-1", "a number, at least 0"),
        ("LLM_OUTPUT_PRICE", "inf", "a number, at least 0"),
    ],
)
def test_bad_value_is_named_with_what_is_expected(name: str, value: str, expected: str) -> None:
    [problem] = problems_of(MODEL | {name: value})
    assert problem.startswith(f"{name}={value!r}: expected {expected}")


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({"REPLY_ANALYSER": "llm"}, ["LLM_BASE_URL", "LLM_MODEL"]),
        ({"LLM_MODEL": "tiny-1"}, ["LLM_BASE_URL"]),
        ({"LLM_API_KEY": SECRET}, ["LLM_BASE_URL", "LLM_MODEL"]),
    ],
)
def test_half_a_configuration_names_what_is_missing(
    environ: dict[str, str], missing: list[str]
) -> None:
    problems = problems_of(environ)
    assert [problem.split()[0] for problem in problems] == missing
    assert SECRET not in str(problems)


def test_rules_go_on_where_a_model_is_only_named() -> None:
    assert load_settings(MODEL).reply_analyser == "rules"


def test_the_key_never_shows_and_may_stand_in_a_file(tmp_path: Path) -> None:
    settings = load_settings(EVERYTHING)
    shown = f"{settings!r} {describe_settings(settings)} {model_config(settings)!r}"
    assert SECRET not in shown
    file = tmp_path / "key"
    file.write_text(SECRET)
    key = load_settings(MODEL | {"LLM_API_KEY_FILE": str(file)}).llm_api_key
    assert isinstance(key, SecretStr)
    assert key.get_secret_value() == SECRET


def test_other_processes_are_given_the_same_settings() -> None:
    settings = load_settings(EVERYTHING)
    given_on = load_settings(environment_of(settings))
    assert {name: value_of(given_on, name) for name in DEFAULTS} == {
        name: value_of(settings, name) for name in DEFAULTS
    }


def test_the_model_is_what_the_settings_say() -> None:
    config = model_config(load_settings(EVERYTHING))
    assert (config.output_mode, config.timeout_seconds) == ("json_schema", 5.5)
    assert config.usage(1, 2_000_000, 1_000_000).cost == 2.5


def test_there_is_no_model_without_its_address() -> None:
    with pytest.raises(InvalidSettingError, match="LLM_BASE_URL and LLM_MODEL"):
        model_config(Settings())
