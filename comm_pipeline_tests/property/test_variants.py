"""Variants: in proportion to their weights, and the same for everybody every time."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comm_pipeline.domain.ids import CampaignId, RecipientId, StageName
from comm_pipeline.domain.template_content import Variant
from comm_pipeline.domain.variants import choose_variant

CAMPAIGN = CampaignId("campaign_spring")
STAGE = StageName("awareness")
RECIPIENTS = [RecipientId(f"user_{number}") for number in range(20_000)]

#: Recorded once: people keep the variant that they have begun to read.
RELEASED = ["v0", "v1", "v2", "v0", "v0", "v2", "v1", "v2"]

_weights = st.lists(st.floats(0.1, 10), min_size=1, max_size=5)
_names = st.text(max_size=20)


def variants_of(weights: list[float]) -> list[Variant]:
    return [
        Variant(name=f"v{number}", weight=weight, template="Hi")
        for number, weight in enumerate(weights)
    ]


def chosen(variants: list[Variant], recipient: str, campaign: str = CAMPAIGN) -> str:
    found = choose_variant(variants, CampaignId(campaign), STAGE, 0, RecipientId(recipient))
    assert found is not None
    return found.name


@settings(max_examples=10, deadline=None)
@given(_weights, st.sampled_from(["campaign_spring", "campaign_summer"]))
def test_shares_follow_the_weights(weights: list[float], campaign: str) -> None:
    variants = variants_of(weights)
    counts = Counter(chosen(variants, recipient, campaign) for recipient in RECIPIENTS)
    for variant in variants:
        expected = variant.weight / sum(weights)
        # Five standard deviations of a share of 20,000 are below 0.018.
        assert counts[variant.name] / len(RECIPIENTS) == pytest.approx(expected, abs=0.018)


@given(_weights, _names, _names)
def test_nobody_depends_on_anybody_else(weights: list[float], one: str, other: str) -> None:
    variants = variants_of(weights)
    before = chosen(variants, one)
    chosen(variants, other)
    assert chosen(variants, one) == before
    # A weight for another message, in any unit, changes nothing either.
    doubled = variants_of([weight * 2 for weight in weights])
    assert chosen(doubled, one) == before


def test_the_choice_does_not_change_between_releases() -> None:
    variants = variants_of([1, 1, 2])
    assert [chosen(variants, recipient) for recipient in RECIPIENTS[:8]] == RELEASED


def test_stages_and_messages_are_chosen_independently() -> None:
    variants = variants_of([1, 1])
    places = [(StageName(stage), index) for stage in ("a", "b") for index in (0, 1)]
    for recipient in RECIPIENTS[:50]:
        found = [choose_variant(variants, CAMPAIGN, *place, recipient) for place in places]
        if len({one.name for one in found if one}) == 2:
            return
    pytest.fail("every place has the same variant for everybody")


def test_without_variants_there_is_none() -> None:
    assert choose_variant([], CAMPAIGN, STAGE, 0, RECIPIENTS[0]) is None


@pytest.mark.parametrize("weight", [5e-324, 1e6])
def test_who_has_one_variant_gets_it_however_its_share_is_rounded(weight: float) -> None:
    """Half of the smallest weight is rounded up to the whole of it."""
    assert {chosen(variants_of([weight]), recipient) for recipient in RECIPIENTS[:50]} == {"v0"}
