"""``templates/simulation/behaviour.json`` fits the ready templates, and the bot understands it."""

import json
from pathlib import Path

import pytest

from comm_pipeline.bot.rules import analyse
from comm_pipeline.domain.replies import Analysis
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.simulation.behaviour import Answer, load_behaviour

TEMPLATES = Path(__file__).parents[2] / "templates"
BEHAVIOUR = load_behaviour(TEMPLATES)


def template_of(name: str) -> CampaignTemplate:
    path = TEMPLATES / "campaigns" / f"{name}.json"
    return parse_template(json.loads(path.read_text(encoding="utf-8")))


def understood(template: CampaignTemplate, stage: str, text: str) -> Analysis:
    return analyse(text, template, template.stage(stage))


def answers_of(template: CampaignTemplate, stage: str) -> list[tuple[Answer, Analysis]]:
    behaviour = BEHAVIOUR.templates[template.template_id][stage]
    return [(one, understood(template, stage, one.text)) for one in behaviour.answers]


@pytest.mark.parametrize("name", ["campaign_sales", "campaign_support"])
def test_every_stage_of_the_template_is_described(name: str) -> None:
    assert tuple(BEHAVIOUR.templates[name]) == template_of(name).stage_names


@pytest.mark.parametrize("name", ["campaign_sales", "campaign_support"])
def test_those_who_answer_at_the_follow_up_get_one(name: str) -> None:
    template = template_of(name)
    for stage in template.stages:
        if BEHAVIOUR.templates[name][stage.name].at_follow_up:
            assert stage.max_follow_ups(stage.messages[0]) >= 1


@pytest.mark.parametrize("name", ["campaign_sales", "campaign_support"])
def test_opt_outs_are_understood_and_nothing_else_is_one(name: str) -> None:
    template = template_of(name)
    for stage in template.stage_names:
        assert all(understood(template, stage, text).is_opt_out for text in BEHAVIOUR.opt_out_texts)
        for text in BEHAVIOUR.off_topic_texts:
            found = understood(template, stage, text)
            assert (found.is_opt_out, found.named_responses, dict(found.values)) == (False, (), {})
        assert not any(analysis.is_opt_out for _, analysis in answers_of(template, stage))


@pytest.mark.parametrize(
    ("stage", "wanted"),
    [("consideration", "appointment_accepted"), ("decision", "accept_proposal")],
)
def test_some_accept_some_hesitate_and_some_refuse(stage: str, wanted: str) -> None:
    answers = answers_of(template_of("campaign_sales"), stage)
    accepted = [answer for answer, analysis in answers if wanted in analysis.named_responses]
    refused = [answer for answer, _ in answers if answer.is_last]
    assert len(accepted) >= 3
    assert refused
    assert not any(answer in accepted for answer in refused)
    assert len(accepted) + len(refused) < len(answers)


def test_nobody_accepts_a_proposal_that_was_not_made() -> None:
    template = template_of("campaign_sales")
    for stage in ("awareness", "interest", "consideration"):
        for _, analysis in answers_of(template, stage):
            assert "accept_proposal" not in analysis.named_responses


def test_ratings_are_low_and_high() -> None:
    answers = answers_of(template_of("campaign_support"), "feedback")
    ratings = [analysis.values.get("rating") for _, analysis in answers]
    assert None not in ratings
    assert set(ratings) == {1, 2, 3, 4, 5}


def test_teams_and_tools_are_told() -> None:
    answers = answers_of(template_of("campaign_sales"), "interest")
    assert all("team_size" in analysis.values for _, analysis in answers)
    assert any("budget" in analysis.values for _, analysis in answers)
