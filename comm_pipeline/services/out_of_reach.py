"""A net below parsing and checking: what no rule has foreseen is refused, and hangs nowhere.

Every limit that is known has words of its own where the field is read. What belongs here: input
that drives Python itself beyond its limits.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from comm_pipeline.errors import InvalidInputError


@contextmanager
def refused_if_out_of_reach(
    place: str, kind: type[InvalidInputError] = InvalidInputError
) -> Iterator[None]:
    """Refuse what cannot be worked out: an instant beyond the year 9999, values nested too deep.

    Raises an error of that kind that names ``place``.
    """
    try:
        yield
    except RecursionError as error:
        raise kind(f"{place}: is nested too deeply; use fewer levels") from error
    except ArithmeticError as error:
        raise kind(
            f"{place}: has a number that cannot be worked with ({error}); use another"
        ) from error
