from datetime import timedelta
from email.utils import format_datetime

import pytest

from comm_pipeline.channels.http_answers import retry_after_seconds
from comm_pipeline_tests.smtp_servers import NOW


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 5 ", 5),
        (format_datetime(NOW + timedelta(minutes=2), usegmt=True), 120),
        ((NOW + timedelta(minutes=2)).strftime("%A, %d-%b-%y %H:%M:%S GMT"), 120),
        ((NOW + timedelta(minutes=2)).strftime("%a, %d %b %Y %H:%M:%S -0000"), 120),
        (format_datetime(NOW - timedelta(minutes=2), usegmt=True), None),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 400, None),
        ("Tue, 99 Xyz 2025 09:30:00 GMT", None),
        ("Tue, 04 Mar 99999 09:30:00 GMT", None),
        ("Tue, 04 Mar 2025 09:30:00 +99999999999999999999", None),
        ("Mon, 01 Jan 0001 00:00:00 +2359", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, NOW) == seconds
