"""HTML as mail programs write it, as the text that a reader sees."""

import pytest

from comm_pipeline.mailbox.html_text import html_to_text

GMAIL = (
    '<div dir="ltr">Yes, gladly.<div>Tuesday?</div></div><br>'
    '<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, 2 Mar'
    " 2026, Acme wrote:<br></div>"
    '<blockquote class="gmail_quote" style="margin:0"><div>Shall we talk?<br>Or not</div>'
    "<blockquote>Earlier</blockquote></blockquote></div>"
)


def test_gmail() -> None:
    assert html_to_text(GMAIL).split("\n") == [
        "Yes, gladly.",
        "Tuesday?",
        "",
        "> On Mon, 2 Mar 2026, Acme wrote:",
        ">",
        "> Shall we talk?",
        "> Or not",
        ">",
        ">> Earlier",
    ]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("one<br>two<BR/>three", "one\ntwo\nthree"),
        ("a   b\n c&nbsp;d", "a b c d"),
        ("Tom &amp; Jerry &lt;3 &euro; &#8364;", "Tom & Jerry <3 € €"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("before<blockquote>quoted<br>twice</blockquote>after", "before\n> quoted\n> twice\nafter"),
        ("<style>p {}</style><script>if (a < b) {}</script>seen", "seen"),
        ("<!DOCTYPE html><?xml?><!-- hidden --><title>t</title>seen", "seen"),
        ("<!--[if mso]><p>Outlook</p><![endif]-->seen", "seen"),
        ("<!-- never closed <p>text", ""),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ('<img src="data:image/png;base64,' + "A" * 9_000 + '">seen', "seen"),
        ('<a href="x>never closed</a> seen', "never closed seen"),
        ("<o:p>seen</o:p>", "seen"),
        ("</div></blockquote></p>seen", "seen"),
        ("", ""),
        ("just text", "just text"),
    ],
)
def test_html(html: str, text: str) -> None:
    lines = [line for line in html_to_text(html).split("\n") if line.strip("> ")]
    assert lines == [line for line in text.split("\n") if line]
