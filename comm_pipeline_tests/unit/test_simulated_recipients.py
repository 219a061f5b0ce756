"""What simulated recipients do with a mail: by weights, and always the same."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from comm_pipeline.errors import EnvironmentFailure, InvalidInputError
from comm_pipeline.simulation.behaviour import Behaviour, load_behaviour
from comm_pipeline.simulation.recipients import (
    ReceivedMail,
    ReplyKind,
    SimulatedReply,
    reply_to,
)

PEOPLE = [f"person{number}@example.com" for number in range(2000)]


def a_behaviour(**stage: Any) -> Behaviour:
    fields: dict[str, Any] = {"delay_hours": (2, 10), "answers": [{"text": "Yes"}]} | stage
    return Behaviour.model_validate(
        {
            "seed": "seed",
            "opt_out_texts": ["STOP"],
            "off_topic_texts": ["On holiday"],
            "templates": {"sales": {"awareness": fields}},
        }
    )


def a_mail(address: str = "ann@example.com", **fields: Any) -> ReceivedMail:
    given: dict[str, Any] = {"message_index": 0, "follow_up": 0} | fields
    stage = given.pop("stage", "awareness")
    return ReceivedMail(address, given.pop("template_id", "sales"), stage, **given)


def replies(behaviour: Behaviour, seed: str = "seed", **mail: Any) -> list[SimulatedReply | None]:
    return [reply_to(a_mail(address, **mail), behaviour, seed) for address in PEOPLE]


def share(found: list[SimulatedReply | None], kind: ReplyKind | None) -> float:
    return sum((one.kind if one else None) is kind for one in found) / len(found)


def test_the_shares_are_those_of_the_description() -> None:
    found = replies(a_behaviour(silent=0.3, opt_out=0.1, off_topic=0.2))
    # Of 2,000 people a share of 0.3 has a standard deviation of 0.01.
    assert share(found, None) == pytest.approx(0.3, abs=0.04)
    assert share(found, ReplyKind.OPT_OUT) == pytest.approx(0.1, abs=0.04)
    assert share(found, ReplyKind.OFF_TOPIC) == pytest.approx(0.2, abs=0.04)
    assert share(found, ReplyKind.ANSWER) == pytest.approx(0.4, abs=0.04)


def test_answers_come_by_their_weights() -> None:
    found = replies(a_behaviour(answers=[{"text": "A", "weight": 3}, {"text": "B"}]))
    assert sum(one is not None and one.text == "A" for one in found) / 2000 == pytest.approx(
        0.75, abs=0.04
    )


def test_delays_fill_their_range() -> None:
    delays = [one.after for one in replies(a_behaviour()) if one]
    assert min(delays) >= timedelta(hours=2)
    assert max(delays) <= timedelta(hours=10)
    assert max(delays) - min(delays) > timedelta(hours=7)


def test_the_same_mail_is_answered_in_the_same_way_and_another_seed_is_another_town() -> None:
    behaviour = a_behaviour(silent=0.5)
    assert replies(behaviour) == replies(behaviour)
    assert replies(behaviour) != replies(behaviour, seed="other")


def test_each_person_answers_one_mail_of_a_stage() -> None:
    behaviour = a_behaviour(at_follow_up=0.4)
    steps = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]
    found = [replies(behaviour, message_index=m, follow_up=f) for m, f in steps]
    answered = [sum(one is not None for one in of_person) for of_person in zip(*found, strict=True)]
    assert set(answered) == {1}
    assert 1 - share(found[1], None) == pytest.approx(0.4, abs=0.04)
    assert share(found[2], None) == 1


def test_an_opt_out_is_the_last_word_and_an_answer_may_be() -> None:
    stopped = replies(a_behaviour(opt_out=1))[0]
    refused = replies(a_behaviour(answers=[{"text": "No, thanks", "is_last": True}]))[0]
    answered = replies(a_behaviour())[0]
    assert stopped is not None
    assert refused is not None
    assert answered is not None
    assert (stopped.text, stopped.is_last) == ("STOP", True)
    assert (refused.is_last, answered.is_last) == (True, False)


@pytest.mark.parametrize("mail", [{"stage": "unknown"}, {"template_id": "unknown"}])
def test_people_are_silent_where_nothing_is_said_of_them(mail: dict[str, str]) -> None:
    assert reply_to(a_mail(**mail), a_behaviour(), "seed") is None


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        ({"silent": 0.7, "opt_out": 0.4}, "together must be at most 1"),
        ({"silent": 1.2}, "less than or equal to 1"),
        ({"answers": []}, "100% of the recipients answer"),
        ({"delay_hours": (5, 1)}, "the shortest time comes first"),
        ({"answer": []}, "Extra inputs"),
    ],
)
def test_a_wrong_description_is_refused(stage: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        a_behaviour(**stage)


def test_a_file_that_is_missing_or_wrong_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match=r"behaviour\.json cannot be read"):
        load_behaviour(tmp_path)
    (tmp_path / "simulation").mkdir()
    (tmp_path / "simulation" / "behaviour.json").write_text('{"seed": ""}')
    with pytest.raises(InvalidInputError, match=r"behaviour.json: seed: .*templates: is missing"):
        load_behaviour(tmp_path)
