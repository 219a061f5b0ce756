import pytest
from hypothesis import given
from hypothesis import strategies as st

from comm_pipeline.channels.sms_segments import segments_of


@pytest.mark.parametrize(
    ("text", "encoding", "segments"),
    [
        ("", "GSM-7", 0),
        ("a", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        # 80 characters of the extension table fill a segment by themselves.
        ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2),
        # 153 is odd: 76 fit, and none is cut in two. 152 of 2 fill two segments, the next a third.
        ("€" * 152, "GSM-7", 2),
        ("€" * 153, "GSM-7", 3),
        ("ж" * 70, "UCS-2", 1),
        ("ж" * 71, "UCS-2", 2),
        ("ж" * 134, "UCS-2", 2),
        ("ж" * 135, "UCS-2", 3),
        # Two code units each: 35 fill one segment, 33 each of several.
        ("😀" * 35, "UCS-2", 1),
        ("😀" * 36, "UCS-2", 2),
        ("😀" * 66, "UCS-2", 2),
        ("😀" * 67, "UCS-2", 3),
        ("a" * 69 + "ж", "UCS-2", 1),
        ("a" * 70 + "ж", "UCS-2", 2),
        # c with cedilla is no part of the alphabet in small.
        ("ç", "UCS-2", 1),
        ("Ç", "GSM-7", 1),
    ],
)
def test_counts(text: str, encoding: str, segments: int) -> None:
    assert segments_of(text) == (encoding, segments)


@given(st.text(max_size=400))
def test_segments_hold_the_text_and_none_is_needless(text: str) -> None:
    encoding, segments = segments_of(text)
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if encoding == "GSM-7":
        units = len(text) + sum(text.count(character) for character in "\f^{}\\[~]|€")
    alone, of_several = (160, 153) if encoding == "GSM-7" else (70, 67)
    assert (segments <= 1) is (units <= alone)
    if segments > 1:
        # Each but the last is full, but for the half of a character.
        assert (segments - 1) * (of_several - 1) < units <= segments * of_several
