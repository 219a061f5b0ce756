"""The report for marketers: what it says, and that nothing in it can become markup."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.reporting.campaign_report import (
    escape_markdown,
    format_duration,
    format_share,
    report_html,
    report_markdown,
)
from comm_pipeline_tests.builders import START
from comm_pipeline_tests.metrics_builders import some_metrics

TEMPLATES = Path(__file__).parents[2] / "templates"
EVIL = "<script>alert(1)</script>\n| [x](javascript:alert(1)) ![](http://evil.example/x.png)"


class Tags(HTMLParser):
    """Collects the tags and attribute values of a document."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [str(value) for name, value in attrs if name in {"href", "src"}]


def test_one_campaign_in_markdown_is_short_and_complete() -> None:
    text = report_markdown([some_metrics()], TEMPLATES)
    assert len(text) < 1000
    assert "| awareness | 100 | 50 | 50% | 1 h |" in text
    assert "250 messages sent, 120 replies (48%)" in text
    assert "**Outcomes:** success 15, bounced 5" in text


def test_several_campaigns_in_markdown_are_an_overview() -> None:
    text = report_markdown([some_metrics()] * 53, TEMPLATES)
    assert text.count("| Spring campaign | active | 100 |") == 50
    assert "and 3 more campaigns" in text


def test_no_campaign() -> None:
    assert report_markdown([], TEMPLATES) == "No campaigns yet.\n"
    assert "No campaigns yet" in report_html([], START, TEMPLATES)


def test_the_html_needs_nothing_else_and_runs_nothing() -> None:
    tags = Tags(report_html([some_metrics(), some_metrics()], START, TEMPLATES))
    assert {"html", "table", "svg", "rect"} <= set(tags.open)
    assert not {"script", "img", "link", "iframe", "object"} & set(tags.open)
    assert all(link.startswith("#") for link in tags.links)
    assert not [name for name in tags.attributes if name.startswith("on")]


def test_the_html_draws_the_funnel_to_scale() -> None:
    document = report_html([some_metrics()], START, TEMPLATES)
    widths = re.findall(r'class="(fill|inner)" width="([\d.]+)"', document)
    assert widths[:4] == [
        ("fill", "100.00"),  # 100 of 100 recipients entered the first stage
        ("inner", "50.00"),
        ("fill", "50.00"),
        ("inner", "20.00"),
    ]


@pytest.mark.parametrize(
    "field", ["campaign_name", "campaign_type", "campaign_id", "stage", "outcome", "delivery"]
)
def test_names_cannot_become_html(field: str) -> None:
    named: dict[str, dict[str, object]] = {
        "stage": {"stage_metrics": {EVIL: {"entered": 1}}},
        "outcome": {"outcomes": {EVIL: 1}},
        "delivery": {"deliveries": {EVIL: 1}},
    }
    metrics = some_metrics(**named.get(field, {field: EVIL}))
    document = report_html([metrics, metrics], START, TEMPLATES)
    assert set(Tags(document).open) == set(
        Tags(report_html([some_metrics()] * 2, START, TEMPLATES)).open
    )
    assert "&lt;script&gt;" in document


def test_names_cannot_become_markdown() -> None:
    one = report_markdown([some_metrics(campaign_name=EVIL)], TEMPLATES)
    many = report_markdown([some_metrics(campaign_name=EVIL)] * 2, TEMPLATES)
    for text in (one, many):
        assert r"\<script\>alert(1)\</script\> \| \[x\](javascript" in text
        assert not re.search(r"(?<!\\)[<>\[!]", text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("initial_contact", "initial_contact"),
        ("_emphasis_", r"\_emphasis\_"),
        ("two\nlines", "two lines"),
        ("&lt;b&gt;", r"\&lt;b\&gt;"),
        ("x" * 200, "x" * 119 + "…"),
    ],
)
def test_escape_markdown(text: str, shown: str) -> None:
    assert escape_markdown(text) == shown


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "-"),
        (0.2, "1 s"),
        (59.6, "1 min"),
        (3_600, "1 h"),
        (86_399.9, "1 d"),
        (187_265, "2 d 4 h"),  # 2 * 86,400 + 4 * 3,600 + 65
        (86_460, "1 d"),  # a minute beside a day says nothing
    ],
)
def test_format_duration(seconds: float, words: str) -> None:
    assert format_duration(seconds) == words


@pytest.mark.parametrize(("share", "words"), [(0, "0%"), (0.001, "<1%"), (0.48, "48%")])
def test_format_share(share: float, words: str) -> None:
    assert format_share(share) == words


def test_missing_templates_are_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match=r"campaign_report\.md\.j2 is not there"):
        report_markdown([], tmp_path)
