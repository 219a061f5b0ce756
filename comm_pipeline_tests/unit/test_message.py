from pathlib import Path

import pytest

from comm_pipeline.domain.messages import RenderedText
from comm_pipeline.errors import (
    EnvironmentFailure,
    InvalidTemplateError,
    RenderingError,
    UnsafeTemplateError,
)
from comm_pipeline.rendering.layout import EmailLayout
from comm_pipeline.rendering.message import MessageParts, render_message

TEMPLATES = Path(__file__).parents[2] / "templates"


def render(
    subject: str = "Hello",
    text: str = "Hi",
    html: str | None = None,
    footer: str | None = None,
    **context: object,
) -> RenderedText:
    """Render and frame, as a recipient gets it."""
    words = render_message(MessageParts(subject, text, html), context)
    framed_text, framed_html = EmailLayout(TEMPLATES, footer).frame(
        words.subject, words.text, words.html
    )
    return RenderedText(subject=words.subject, text=framed_text, html=framed_html)


def test_a_text_becomes_paragraphs_with_line_breaks() -> None:
    message = render(text="Hi {{ name }},\n\nfirst\nsecond\n \n\nBye\n", name="Ada")
    assert message.text == "Hi Ada,\n\nfirst\nsecond\n \n\nBye"
    assert ">Hi Ada,</p>" in message.html
    assert ">first<br>\nsecond</p>" in message.html
    assert message.html.count("<p ") == 3


def test_data_is_escaped_in_the_html_and_the_title() -> None:
    message = render("For {{ name }}", "Hi {{ name }}", name="<script>&")
    assert "<script>" not in message.html
    assert "<title>For &lt;script&gt;&amp;</title>" in message.html
    assert message.text == "Hi <script>&"


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see https://a.example/x?b=1&c=2.", "https://a.example/x?b=1&amp;c=2"),
        ("(http://a.example)", "http://a.example"),
        ("<https://a.example/>", "https://a.example/"),
        ('"https://a.example/y"', "https://a.example/y"),
    ],
)
def test_a_written_link_becomes_a_link(text: str, link: str) -> None:
    assert f'<a href="{link}">{link}</a>' in render(text=text).html


def test_nothing_else_becomes_a_link() -> None:
    assert "<a " not in render(text="evil.com javascript:alert(1) a@b.example https://").html


def test_nothing_is_loaded_from_elsewhere() -> None:
    html = render(footer="Acme").html.lower()
    assert not any(word in html for word in ("<img", "src=", "<script", "url(", "<link"))


def test_the_footer_stands_under_both_forms() -> None:
    message = render(footer="Acme & Co\nSay stop")
    assert message.text == "Hi\n\n-- \nAcme & Co\nSay stop"
    assert "Acme &amp; Co<br>\nSay stop" in message.html


def test_own_html_is_escaped_and_framed() -> None:
    html = render(html="<h1>{{ name }}</h1>", name="<b>", footer="Acme").html
    assert "<h1>&lt;b&gt;</h1>" in html
    assert html.startswith("<!DOCTYPE html>")
    assert "Acme" in html


def test_an_own_html_document_is_left_as_it_is() -> None:
    assert render(html="<HTML>{{ 'a' }}</HTML>").html == "<HTML>a</HTML>"


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028"])
def test_a_subject_is_one_line(line_break: str) -> None:
    name = f"Ada{line_break}Bcc: all@example.com\x00\x7f "
    assert render("Hi {{ name }}", name=name).subject == "Hi Ada Bcc: all@example.com"


@pytest.mark.parametrize(("subject", "text"), [("{{ a }}", "x"), ("x", "{{ a }}"), (" ", "x")])
def test_an_empty_subject_or_text_is_refused(subject: str, text: str) -> None:
    with pytest.raises(RenderingError, match="is empty"):
        render(subject, text, a=" \n")


@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_the_part_that_fails_is_named(part: str) -> None:
    for source, error in [
        ("{{ a.b }}", RenderingError),
        ("{{ a", InvalidTemplateError),
        ("{{ a() }}", UnsafeTemplateError),
    ]:
        with pytest.raises(error, match=f"^{part}: ") as caught:
            render(**{part: source})
        assert type(caught.value) is error


def test_the_variables_of_all_parts() -> None:
    parts = MessageParts("{{ a }}", "{{ b.c }} {{ d | default(1) }}", "{{ e }}")
    assert parts.variables == {"a", "b.c", "e"}


def test_the_words_alone_have_no_frame() -> None:
    words = render_message(MessageParts("{{ a }}", "Hi {{ a }}\n"), {"a": "Ada"})
    assert words == RenderedText(subject="Ada", text="Hi Ada", html=None)
    html = render_message(MessageParts("x", "y", "<b>{{ a }}</b>"), {"a": "<"}).html
    assert html == "<b>&lt;</b>"


def test_missing_frames_say_where_they_should_be(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match=r"email/message\.txt\.j2 is not there"):
        EmailLayout(tmp_path)


def test_a_frame_may_not_change_the_words(tmp_path: Path) -> None:
    folder = tmp_path / "email"
    folder.mkdir()
    (folder / "message.txt.j2").write_text("{{ text }}")
    (folder / "message.html.j2").write_text("<h1>{{ subject | upper }}</h1>{{ body }}")
    with pytest.raises(EnvironmentFailure, match=r"message\.html\.j2: writes SUBJECT"):
        EmailLayout(tmp_path)
