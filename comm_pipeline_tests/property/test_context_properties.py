from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from comm_pipeline.domain.context import merge, nest_dotted
from comm_pipeline.errors import InvalidInputError

_parts = st.text(alphabet="abcä_ 1", min_size=1, max_size=3)
_values = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers())
_nested = st.dictionaries(
    _parts,
    st.recursive(
        _values, lambda inner: st.dictionaries(_parts, inner, min_size=1, max_size=3), max_leaves=8
    ),
    max_size=4,
)
_flat = st.dictionaries(st.lists(_parts, min_size=1, max_size=3).map(".".join), _values, max_size=6)


def flatten(nested: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in nested.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat


@given(_nested)
def test_what_is_flattened_nests_again(nested: dict[str, Any]) -> None:
    assert nest_dotted(flatten(nested)) == nested


@given(_nested)
def test_what_is_nested_stays_as_it_is(nested: dict[str, Any]) -> None:
    assert nest_dotted(nested) == nested


@given(_flat)
def test_every_value_is_kept_or_the_contradiction_is_told(flat: dict[str, Any]) -> None:
    contradicts = any(other.startswith(f"{key}.") for key in flat for other in flat)
    try:
        nested = nest_dotted(flat)
    except InvalidInputError:
        assert contradicts
    else:
        assert not contradicts
        assert flatten(nested) == flat


@given(_flat)
def test_the_order_of_the_keys_does_not_matter(flat: dict[str, Any]) -> None:
    backwards = dict(reversed(flat.items()))
    try:
        nested = nest_dotted(flat)
    except InvalidInputError:
        nested = None
    try:
        assert nest_dotted(backwards) == nested
    except InvalidInputError:
        assert nested is None


@given(_nested)
def test_merging_with_nothing_or_itself_changes_nothing(nested: dict[str, Any]) -> None:
    assert merge(nested, {}) == merge({}, nested) == merge(nested, nested) == nested


@given(_nested, _nested)
def test_everything_above_survives_a_merge(below: dict[str, Any], above: dict[str, Any]) -> None:
    merged = merge(below, above)
    assert set(merged) == set(below) | set(above)
    assert merge(merged, above) == merged
    survivors = flatten(merged)
    assert all(survivors[path] == value for path, value in flatten(above).items())


@given(_nested, _nested, _nested)
def test_merging_is_associative_where_no_value_meets_a_mapping(
    first: dict[str, Any], second: dict[str, Any], third: dict[str, Any]
) -> None:
    # Where a value stands between two mappings, the left side would lose the lower one.
    flats = [flatten(each) for each in (first, second, third)]
    paths = {path for flat in flats for path in flat}
    if any(other.startswith(f"{path}.") for path in paths for other in paths):
        return
    assert merge(merge(first, second), third) == merge(first, merge(second, third))
