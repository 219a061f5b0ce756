"""What a channel answered is kept as it came if that is plain, and made fit to be kept if not."""

from typing import Any

import pytest
from bson import decode, encode

from comm_pipeline.channels.base import SendResult
from comm_pipeline.channels.smtp_answers import Phase, answered
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.services.provider_answers import storable


def an_answer(raw: dict[str, Any]) -> SendResult:
    return SendResult(status=DeliveryStatus.SENT, detail="250 ok", raw=raw)


def test_the_answer_of_a_mail_server_is_kept_as_it_came() -> None:
    answer = answered(Phase.BODY, 250, "2.0.0 ok: queued as 4xK")
    assert storable(answer) is answer


@pytest.mark.parametrize(
    "raw",
    [
        {"nothing\0 that BSON": "takes"},
        {"number": 2**70},
        {"words": "\ud800"},
        {"kind": object()},
        {"status": DeliveryStatus.SENT, "phase": Phase.BODY},
        {f"part_{number}": "x" * 4_000 for number in range(100)},
        {"words": "x" * 200_000},
    ],
)
def test_whatever_a_channel_answers_can_be_stored(raw: dict[str, Any]) -> None:
    kept = storable(an_answer(raw)).raw
    assert len(encode(kept)) <= 100_100
    assert decode(encode(kept))


def test_many_plain_parts_are_as_few_bytes_as_may_be_kept() -> None:
    raw = {f"part_{number}": "x" * 4_000 for number in range(10)}
    assert storable(an_answer(raw)).raw == raw
