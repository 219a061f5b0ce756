import re

from hypothesis import given
from hypothesis import strategies as st

from comm_pipeline.domain.ids import (
    CampaignId,
    MessageKey,
    RecipientId,
    StageName,
    campaign_id_for_request,
    conversation_id,
    message_key,
    rfc_message_id,
)

#: Names made of the signs that separate and escape the parts of a key, and any others.
_awkward = st.text(alphabet=":/%. @+_-~0129afirstolw", min_size=1, max_size=12)
_names = st.one_of(_awkward, st.text(min_size=1, max_size=20))
_campaigns = _names.map(campaign_id_for_request)
_steps = st.tuples(_campaigns, _names, _names, st.integers(0, 12), st.integers(0, 12))


def key_of(step: tuple[CampaignId, str, str, int, int]) -> MessageKey:
    campaign, recipient, stage, index, follow_up = step
    conversation = conversation_id(campaign, RecipientId(recipient))
    return message_key(conversation, StageName(stage), index, follow_up)


@given(st.text(max_size=300))
def test_a_campaign_id_is_always_partition_safe(request_id: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,100}", campaign_id_for_request(request_id))


@given(st.lists(st.one_of(_names, st.text(max_size=120)), unique=True, max_size=30))
def test_different_requests_become_different_campaigns(request_ids: list[str]) -> None:
    assert len({campaign_id_for_request(each) for each in request_ids}) == len(request_ids)


@given(st.lists(st.tuples(_campaigns, _names), unique=True, max_size=30))
def test_different_recipients_have_different_conversations(
    pairs: list[tuple[CampaignId, str]],
) -> None:
    ids = {conversation_id(campaign, RecipientId(recipient)) for campaign, recipient in pairs}
    assert len(ids) == len(pairs)


@given(st.lists(_steps, unique=True, max_size=30))
def test_different_steps_have_different_keys(
    steps: list[tuple[CampaignId, str, str, int, int]],
) -> None:
    assert len({key_of(step) for step in steps}) == len(steps)


@given(_steps)
def test_a_key_can_be_taken_apart_again(step: tuple[CampaignId, str, str, int, int]) -> None:
    parts = key_of(step).split(":")
    assert len(parts) == 5
    assert parts[0] == step[0]
    assert parts[3] == str(step[3])


@given(_steps)
def test_a_message_id_is_safe_in_a_header(step: tuple[CampaignId, str, str, int, int]) -> None:
    message_id = rfc_message_id(key_of(step), "mail.example.com")
    assert re.fullmatch(r"<[0-9a-f]{40}@mail\.example\.com>", message_id)
