"""Reading the environment: names, defaults, contradictions, secrets, the documentation table."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from comm_pipeline.errors import InvalidSettingError
from comm_pipeline.settings import Settings, describe_settings, load_settings, settings_page
from comm_pipeline.settings.secret import mask_mongodb_uri
from comm_pipeline.settings.table import SettingRow

SECRET = "hunter2"
MAIL = {"SMTP_HOST": "mail.example", "SMTP_SENDER": "Acme <hello@acme.example>"}
PAGE = Path(__file__).parents[2] / "docs" / "settings.md"

#: What the source documents promise: every name with its default.
DOCUMENTED_DEFAULTS = {
    "MONGODB_DATABASE": "communication_service",
    "CAMPAIGN_POLLING_INTERVAL_SECONDS": 60,
    "MAX_CONCURRENT_CAMPAIGNS": 10,
    "CAMPAIGN_MAX_BATCH_SIZE": 100,
    "CAMPAIGN_STAGE_DELAY_FACTOR": 1.0,
    "CAMPAIGN_RETRY_DELAY_SECONDS": 300,
    "CAMPAIGN_METRICS_TTL_SECONDS": 600,
    "CAMPAIGN_PROCESSING_THREADS": 4,
    "WORKER_THREADS": 4,
    "MAX_CONCURRENT_CONVERSATIONS": 500,
    "WORKER_CONCURRENT_TASKS": 32,
    "DB_CONNECTION_POOL_SIZE": 50,
    "DB_MAX_IDLE_TIME_MS": 30000,
    "CAMPAIGN_METRICS_SAMPLE_RATE": 1.0,
    "LOG_LEVEL": "INFO",
    "LOG_FORMAT": "console",
    "INCLUDE_TRACE_ID": False,
    "ENABLE_METRICS": False,
    "METRICS_PORT": 9090,
    "SERVICE_TYPE": "worker",
    "SENSITIVE_FIELDS": ("message_content", "recipient.email", "recipient.phone"),
    "SMTP_PORT": 587,
    "SMTP_SECURITY": "starttls",
    "SMTP_TIMEOUT_SECONDS": 30,
    "LEASE_SECONDS": 60,
    "MAX_DELIVERY_ATTEMPTS": 10,
    "BATCH_REQUEST_CLAIM_SECONDS": 300,
    "LARGE_CAMPAIGN_DUE": 500,
    "MAX_RUN_REQUESTS_PER_TICK": 20,
    "MONGODB_URI": None,
    "COMM_PIPELINE_HOME": Path(".comm_pipeline"),
    "COMM_PIPELINE_CHANNEL": "log",
}

SECOND_NAMES = [
    ("MONGODB_DATABASE", "MONGODB_DB"),
    ("CAMPAIGN_POLLING_INTERVAL_SECONDS", "POLLING_INTERVAL_SECONDS"),
    ("CAMPAIGN_MAX_BATCH_SIZE", "MAX_BATCH_SIZE"),
    ("CAMPAIGN_MAX_BATCH_SIZE", "MAX_CONVERSATIONS_PER_BATCH"),
    ("MAX_BATCH_SIZE", "MAX_CONVERSATIONS_PER_BATCH"),
    ("CAMPAIGN_STAGE_DELAY_FACTOR", "STAGE_DELAY_FACTOR"),
    ("CAMPAIGN_RETRY_DELAY_SECONDS", "RETRY_DELAY_SECONDS"),
    ("CAMPAIGN_METRICS_TTL_SECONDS", "CAMPAIGN_METRICS_TTL"),
]


def value_of(settings: Settings, name: str) -> object:
    [field] = [f for f, variable in Settings.variables().items() if name in variable.all_names]
    return getattr(settings, field)


def row_of(settings: Settings, name: str) -> SettingRow:
    [row] = [row for row in describe_settings(settings) if row.name == name]
    return row


def problems_of(environ: dict[str, str]) -> list[str]:
    with pytest.raises(InvalidSettingError) as caught:
        load_settings(environ)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(("name", "default"), DOCUMENTED_DEFAULTS.items())
def test_default(name: str, default: object) -> None:
    assert value_of(load_settings({}), name) == default


def test_no_variable_belongs_to_two_fields() -> None:
    names = [name for variable in Settings.variables().values() for name in variable.all_names]
    assert len(names) == len(set(names))


def test_every_field_is_a_documented_variable() -> None:
    assert set(Settings.model_fields) - set(Settings.variables()) == {"read_from"}


@pytest.mark.parametrize("name", sorted({name for pair in SECOND_NAMES for name in pair}))
def test_every_name_is_read(name: str) -> None:
    settings = load_settings({name: "7"})
    assert str(value_of(settings, name)) in {"7", "7.0"}
    assert name in settings.sources.values()


@given(
    pair=st.sampled_from(SECOND_NAMES),
    values=st.lists(st.integers(1, 100), min_size=2, max_size=2, unique=True),
)
def test_two_names_that_disagree_are_named_with_their_values(
    pair: tuple[str, str], values: list[int]
) -> None:
    [problem] = problems_of(dict(zip(pair, map(str, values), strict=True)))
    assert all(f"{name}='{value}'" in problem for name, value in zip(pair, values, strict=True))


@given(pair=st.sampled_from(SECOND_NAMES), value=st.integers(1, 100))
def test_two_names_that_agree_are_fine(pair: tuple[str, str], value: int) -> None:
    settings = load_settings(dict.fromkeys(pair, str(value)))
    assert pair[0] in settings.sources.values()
    assert pair[1] not in settings.sources.values()


def test_values_agree_by_meaning_not_by_spelling() -> None:
    environ = {"CAMPAIGN_STAGE_DELAY_FACTOR": "0.50", "STAGE_DELAY_FACTOR": " .5 "}
    assert load_settings(environ).stage_delay_factor == 0.5


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("WORKER_THREADS", "four", "a whole number, at least 1"),
        ("WORKER_THREADS", "0", "a whole number, at least 1"),
        ("WORKER_THREADS", "2.5", "a whole number, at least 1"),
        ("POLLING_INTERVAL_SECONDS", "0", "a whole number, 1 to 31536000 (a year)"),
        ("LEASE_SECONDS", "99999999999999", "a whole number, 1 to 31536000 (a year)"),
        ("MAX_DELIVERY_AGE_HOURS", "1e300", "a number above 0, at most 87600 (ten years)"),
        ("CAMPAIGN_STAGE_DELAY_FACTOR", "1e12", "a number above 0, at most 100"),
        ("COMM_PIPELINE_HOME", __file__, "the path of a folder"),
        ("COMM_PIPELINE_HOME", "~nobody-of-that-name/x", "the path of a folder"),
        ("CAMPAIGN_METRICS_TTL", "-1", "a whole number, at least 0"),
        ("STAGE_DELAY_FACTOR", "0", "a number above 0"),
        ("STAGE_DELAY_FACTOR", "nan", "a number above 0"),
        ("STAGE_DELAY_FACTOR", "inf", "a number above 0"),
        ("CAMPAIGN_METRICS_SAMPLE_RATE", "1.1", "a number above 0 and at most 1"),
        ("CAMPAIGN_METRICS_SAMPLE_RATE", "nan", "a number above 0 and at most 1"),
        ("METRICS_PORT", "65536", "a port, 1 to 65535"),
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING, ERROR or CRITICAL"),
        ("LOG_FORMAT", "xml", "console or json"),
        ("INCLUDE_TRACE_ID", "perhaps", "true or false"),
        ("SERVICE_TYPE", "a worker", "letters, digits, - and _"),
        ("COMM_PIPELINE_CHANNEL", "pigeon", "email, sms, whatsapp, webhook, chat or log"),
        ("SMTP_SECURITY", "ssl", "starttls, tls or none"),
        ("SMTP_HOST", "localhost:25", "a host name or address, without scheme and port"),
        ("SMTP_HOST", "smtp://localhost", "a host name or address, without scheme and port"),
        ("SMTP_SENDER", "nobody", "one mail address"),
        ("SMTP_SENDER", "a@acme.example, b@acme.example", "one mail address"),
        ("SMTP_SENDER", "a@acme.example\nBcc: b@acme.example", "one mail address"),
        ("SMTP_MESSAGE_ID_DOMAIN", "a@b", "a domain"),
        ("MONGODB_DATABASE", "a/b", "a database name"),
    ],
)
def test_bad_value_is_named_with_what_is_expected(name: str, value: str, expected: str) -> None:
    [problem] = problems_of({name: value})
    assert problem.startswith(f"{name}={value!r}: expected {expected}")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("LOG_LEVEL", "debug", "DEBUG"),
        ("LOG_FORMAT", "JSON", "json"),
        ("INCLUDE_TRACE_ID", "true", True),
        ("SENSITIVE_FIELDS", "a, b.c,,", ("a", "b.c")),
        ("COMM_PIPELINE_HOME", "/var/lib/comm", Path("/var/lib/comm")),
        ("WORKER_THREADS", "", 4),
        ("WORKER_THREADS", "  ", 4),
        ("LEASE_SECONDS", " 30 ", 30),
    ],
)
def test_value_is_read(name: str, text: str, value: object) -> None:
    assert value_of(load_settings({name: text}), name) == value


def test_all_problems_are_reported_at_once() -> None:
    problems = problems_of(
        {
            "WORKER_THREADS": "x",
            "MAX_BATCH_SIZE": "1",
            "MAX_CONVERSATIONS_PER_BATCH": "2",
            "CAMPAIGN_POLING_INTERVAL_SECONDS": "3",
            "SMTP_HOST": "mail.example",
        }
    )
    assert len(problems) == 4


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CAMPAIGN_POLING_INTERVAL_SECONDS", "CAMPAIGN_POLLING_INTERVAL_SECONDS"),
        ("CAMPAIGN_MAX_BATCHSIZE", "CAMPAIGN_MAX_BATCH_SIZE"),
        ("CAMPAIGN_WORKER_THREADS", "WORKER_THREADS"),
        ("COMM_PIPELINE_CHANEL", "COMM_PIPELINE_CHANNEL"),
        ("COMM_PIPELINE_TEMPLATE", "COMM_PIPELINE_TEMPLATES"),
        ("COMM_PIPELINE_MONGODB_URI", "MONGODB_URI"),
    ],
)
def test_misspelt_name(name: str, meant: str) -> None:
    assert problems_of({name: "1"}) == [f"{name} is not a setting: did you mean {meant}?"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CAMPAIGN_ID", "1"),
        ("CAMPAIGN_METRICS_PORT", "tcp://10.0.0.1:9090"),
        ("CAMPAIGN_METRICS_SERVICE_PORT", "9090"),
        ("COMM_PIPELINE_SERVICE_HOST", "10.0.0.1"),
        ("COMM_PIPELINE_SERVICE_PORT", "80"),
        ("COMM_PIPELINE_PORT_80_TCP_PORT", "80"),
        ("WORKER_THREDS", "4"),
    ],
)
def test_names_of_others_are_left_alone(name: str, value: str) -> None:
    assert load_settings({name: value}) == load_settings({})


def test_channel_is_email_where_there_is_a_mail_server() -> None:
    settings = load_settings(MAIL)
    assert (settings.channel, settings.smtp_message_id_domain) == ("email", "acme.example")
    assert load_settings(MAIL | {"COMM_PIPELINE_CHANNEL": "log"}).channel == "log"


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({"SMTP_HOST": "mail.example"}, ["SMTP_SENDER"]),
        ({"COMM_PIPELINE_CHANNEL": "email"}, ["SMTP_HOST", "SMTP_SENDER"]),
        (MAIL | {"SMTP_USERNAME": "me"}, ["SMTP_USERNAME"]),
        (MAIL | {"SMTP_PASSWORD": SECRET}, ["SMTP_USERNAME"]),
    ],
)
def test_incomplete_mail_settings(environ: dict[str, str], missing: list[str]) -> None:
    assert [problem.split()[0] for problem in problems_of(environ)] == missing


def test_wrong_sender_is_not_also_called_missing() -> None:
    [problem] = problems_of({"SMTP_HOST": "mail.example", "SMTP_SENDER": "nobody"})
    assert problem.startswith("SMTP_SENDER='nobody'")


def test_secret_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\n")
    settings = load_settings({"SMTP_USERNAME": "me", "SMTP_PASSWORD_FILE": str(file)})
    assert settings.smtp_password is not None
    assert settings.smtp_password.get_secret_value() == SECRET
    assert settings.sources["smtp_password"] == "SMTP_PASSWORD_FILE"


def test_secret_and_its_file_must_agree(tmp_path: Path) -> None:
    file = tmp_path / "uri"
    file.write_text(f"mongodb://me:{SECRET}@b.example")
    [problem] = problems_of(
        {"MONGODB_URI": f"mongodb://me:{SECRET}@a.example", "MONGODB_URI_FILE": str(file)}
    )
    assert "MONGODB_URI='mongodb://me:***@a.example'" in problem
    assert "MONGODB_URI_FILE='mongodb://me:***@b.example' disagree" in problem


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "No such file"), (b"", "empty"), (b"\xff", "not UTF-8")]
)
def test_unusable_secret_file(tmp_path: Path, content: bytes | None, reason: str) -> None:
    file = tmp_path / "uri"
    if content is not None:
        file.write_bytes(content)
    [problem] = problems_of({"MONGODB_URI_FILE": str(file)})
    assert problem.startswith(f"MONGODB_URI_FILE='{file}'")
    assert reason in problem


#: Passwords that cannot also occur by chance in the harmless part of what is shown.
passwords = st.text(min_size=1, max_size=20).map(lambda text: f"{text}{SECRET}{text}")


@given(password=passwords, host=st.sampled_from(["h", "h:1,i:2/db?w=1", "h/?tls=true"]))
def test_password_of_a_mongodb_uri_is_masked(password: str, host: str) -> None:
    shown = mask_mongodb_uri(f"mongodb://me:{password}@{host}")
    assert shown == f"mongodb://me:***@{host}"


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("mongodb://h", "mongodb://h"),
        ("mongodb://me@h", "mongodb://me@h"),
        ("mongodb+srv://me:x@h/?w=1", "mongodb+srv://me:***@h/?w=1"),
        (f"me:{SECRET}@h", "***"),
        (f"mongodb://h/?tlsCertificateKeyFilePassword={SECRET};w=1", None),
        (f"mongodb://h/?w=1&authMechanismProperties=AWS_SESSION_TOKEN:{SECRET}", None),
    ],
)
def test_shown_uri(uri: str, shown: str | None) -> None:
    assert mask_mongodb_uri(uri) == (shown or mask_mongodb_uri(uri))
    assert SECRET not in mask_mongodb_uri(uri)


@given(password=passwords)
def test_secrets_never_show(password: str) -> None:
    environ = MAIL | {
        "MONGODB_URI": f"mongodb://me:{password}@h",
        "SMTP_USERNAME": "me",
        "SMTP_PASSWORD": password,
    }
    settings = load_settings(environ)
    shown = f"{settings!r} {settings} {describe_settings(settings)} {settings.model_dump_json()}"
    assert SECRET not in shown


@pytest.mark.parametrize(
    "environ",
    [
        {"MONGODB_URI": f"http://me:{SECRET}@h"},
        {"MONGODB_URI": SECRET},
        {"MONGODB_DATABASE": f"mongodb://me:{SECRET}@h/db"},
        {"SMTP_HOST": f"smtp://me:{SECRET}@h"},
        {"SMTP_PASSWORD": SECRET},
    ],
)
def test_secrets_stay_out_of_errors(environ: dict[str, str]) -> None:
    with pytest.raises(InvalidSettingError) as caught:
        load_settings(environ)
    assert SECRET not in f"{caught.value} {caught.value.__cause__} {caught.value.__context__}"


def test_settings_made_in_code_do_not_read_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WORKER_THREADS", "9")
    monkeypatch.setenv("worker_threads", "9")
    assert Settings().worker_threads == 4
    assert load_settings().worker_threads == 9


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().worker_threads = 5  # type: ignore[misc]  # that is the point


def test_error_of_settings_made_in_code_hides_the_value() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(mongodb_uri=SECRET)
    assert SECRET not in str(caught.value)


def test_row_says_where_a_value_comes_from() -> None:
    settings = load_settings({"MONGODB_DB": "mine"})
    row = row_of(settings, "MONGODB_DATABASE")
    assert (row.value, row.source, row.default) == ("mine", "MONGODB_DB", "communication_service")
    assert row.other_names == ("MONGODB_DB",)
    assert row_of(settings, "WORKER_THREADS").source == "default"
    assert row_of(Settings(worker_threads=2), "WORKER_THREADS").source == "set in code"


def test_default_templates_are_those_of_the_checkout() -> None:
    assert Settings().templates == Path(__file__).parents[2] / "templates"


def test_documentation_page_is_current() -> None:
    fix = "write it anew: python -m comm_pipeline.settings > docs/settings.md"
    assert PAGE.read_text(encoding="utf-8") == settings_page(), fix
