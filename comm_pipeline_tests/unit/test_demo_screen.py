"""The demo's screen and its last words, as text."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from comm_pipeline.cli.demo_progress import CampaignProgress, Person, StageProgress, person_of
from comm_pipeline.cli.demo_result import CampaignResult
from comm_pipeline.cli.demo_screen import (
    Happening,
    LineScreen,
    LiveScreen,
    line_of,
    lines_for,
    open_screen,
    picture,
)
from comm_pipeline.cli.demo_summary import (
    counts_line,
    print_campaign,
    proof_line,
    what_to_open,
    why_unfinished,
)
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.metrics import CampaignMetrics, MessageMetrics, StageMetrics
from comm_pipeline.domain.statuses import CampaignStatus
from comm_pipeline.settings import Settings
from comm_pipeline.simulation.mail_proof import MailProof

AMARA = Person("Amara Okafor", "Africa/Lagos")
MAIL = Happening(12.34, "mail", AMARA, "awareness", "A question [about] reports")
ACTIVE = CampaignProgress(
    CampaignId("campaign_1"),
    "Autumn campaign",
    "active",
    (StageProgress("awareness", 31, 4, 20), StageProgress("decision", 0, 0, 0)),
    datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC),
)


WIDE = CampaignProgress(
    CampaignId("campaign_2"),
    "Q4 Enterprise Software Campaign",
    "waits for Dagster",
    tuple(StageProgress(f"{name}_and_more", 1000, 100, 900) for name in "abcd"),
)


def a_console(width: int = 120, height: int = 30) -> Console:
    return Console(width=width, height=height, file=io.StringIO())


def text_of(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def shown(width: int = 120, height: int = 30, count: int = 1) -> str:
    console = a_console(width, height)
    console.print(picture([ACTIVE, WIDE], [MAIL] * count, {"mail": 7, "reply": 2}, 65.2))
    return text_of(console)


def test_an_event_is_one_line() -> None:
    words = " ".join(line_of(MAIL).split())
    assert words == (
        '12.3 s mail Amara Okafor (Africa/Lagos) awareness "A question [about] reports"'
    )


def test_the_picture_has_funnels_and_the_latest_events() -> None:
    text = shown()
    assert "Autumn campaign: active" in text
    assert "awareness 31 4 20" in " ".join(text.split())
    assert "7 mails received, 2 replies, 65 s" in text
    assert "Amara Okafor (Africa/Lagos)" in text
    assert "A question [about] reports" in text


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (200, 50)])
def test_the_picture_fits_on_the_terminal(width: int, height: int) -> None:
    lines = shown(width, height, lines_for(height)).splitlines()
    assert len(lines) <= height
    assert max(len(line) for line in lines) <= width


def test_a_terminal_gets_pictures_and_anything_else_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with open_screen(Console(force_terminal=True, width=80, height=24)) as live:
        assert isinstance(live, LiveScreen)
        live.happened(MAIL)
        live.progressed([ACTIVE], 13.0)
    assert "Amara Okafor" in capsys.readouterr().out
    with open_screen(Console(force_terminal=False)) as lines:
        assert isinstance(lines, LineScreen)
        lines.happened(MAIL)
        lines.progressed([ACTIVE], 13.0)
        lines.progressed([ACTIVE], 14.0)
    assert capsys.readouterr().out.splitlines() == [
        line_of(MAIL),
        "  13.0 s  status  Autumn campaign: active",
    ]


def test_people_have_names_or_at_least_an_id() -> None:
    known = {"first_name": "Amara", "last_name": "Okafor", "timezone": "Africa/Lagos"}
    assert person_of({"user_id": "u1", "context": {"recipient": known}}) == AMARA
    assert str(person_of({"user_id": "u1"})) == "u1"


def test_what_is_unfinished_is_said_with_its_reason() -> None:
    failed = CampaignProgress(CampaignId("campaign_2"), "Other", "failed", error="no such template")
    text = why_unfinished([ACTIVE, failed], ["run x: it failed"], 170)
    assert text.splitlines() == [
        "The demo is not finished after 170 s.",
        "  Autumn campaign: active; conversations open: 4 in awareness; next due at 09:00:05 UTC",
        "  Other: failed; no such template",
        "  alert: run x: it failed",
    ]


def test_the_end_shows_the_funnel_in_days() -> None:
    metrics = CampaignMetrics(
        campaign_id=CampaignId("campaign_1"),
        campaign_name="Autumn campaign",
        campaign_status=CampaignStatus.COMPLETED,
        total_recipients=31,
        stage_metrics={"awareness": StageMetrics(entered=31, completed=20, avg_duration_seconds=5)},
        message_metrics=MessageMetrics(total_sent=70, total_received=22),
        outcomes={"no_response": 11, "success": 20},
        deliveries={"sent": 70},
        updated_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    console = a_console()
    print_campaign(console, CampaignResult(metrics, ("user_9: no address",)), day_seconds=2.5)
    text = text_of(console)
    assert "│ awareness │      31 │        20 │        65% │     2.0 days │" in text
    assert "20 success, 11 no response" in text
    assert "22 to 70 messages" in text
    assert "user_9: no address" in text


def test_counts_in_words() -> None:
    assert counts_line({}) == "none"
    assert counts_line({"sent": 1, "bounced": 1, "queued": 3}) == "3 queued, 1 bounced, 1 sent"


def test_the_promises_in_one_line() -> None:
    kept = proof_line(MailProof(5, 5, 1, 0, ()))
    crossed = proof_line(MailProof(5, 5, 1, 1, ()))
    broken = proof_line(MailProof(5, 4, 1, 0, ("<a@b> lies 2 times in the mail folder",)))
    assert kept.startswith("Kept: 5 mails lie")
    assert "crossed" not in kept
    assert "1 crossed" in crossed
    assert broken == "BROKEN PROMISE: <a@b> lies 2 times in the mail folder"


def test_where_everything_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "demo"
    settings = Settings(home=home)
    lines = what_to_open(settings, home / "mail", home / "reports" / "page.html")
    assert lines[0].startswith("Mails    demo/mail/*.eml")
    assert lines[1] == "Report   demo/reports/page.html"
    assert "COMM_PIPELINE_HOME=demo comm-pipeline dev" in lines[2]
    other = settings.model_copy(update={"mongodb_database": "other"})
    assert "MONGODB_DATABASE=other" in what_to_open(other, home, home)[2]
