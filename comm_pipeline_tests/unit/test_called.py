"""Names that can mean one person, and names that cannot."""

from typing import Any

import pytest

from comm_pipeline.domain.called import Called

ADA = {"contact_info": {"first_name": "Ada", "last_name": "Byron"}}


@pytest.mark.parametrize(
    ("other", "is_same", "differs"),
    [
        ({"name": "ADA  byron"}, True, False),
        ({"name": "Ada Lovelace"}, False, True),
        ({"first_name": "ada"}, False, False),
        ({"last_name": "Byron"}, False, False),
        ({"first_name": "Bo"}, False, True),
        ({"email": "bo@example.com", "first_name": 7}, False, False),
        ("user_1", False, False),
    ],
)
def test_names_that_exclude_one_another(other: Any, is_same: bool, differs: bool) -> None:
    ours, theirs = Called.of([ADA]), Called.of([other])
    assert (ours.is_same_as(theirs), theirs.is_same_as(ours)) == (is_same, is_same)
    assert (ours.differs_from(theirs), theirs.differs_from(ours)) == (differs, differs)


def test_nobody_differs_from_whoever_has_no_name() -> None:
    assert not Called().differs_from(Called.of([ADA]))
