"""``python -m comm_pipeline_tests.mutation [MODULE ...]``: the score, and what survives."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import click

from comm_pipeline_tests.mutation.mutants import Mutant, as_mutants_are, mutants_of
from comm_pipeline_tests.mutation.runner import Fate, fate_of, load_libraries

ROOT = Path(__file__).parents[2]
DOMAIN = ROOT / "comm_pipeline" / "domain"
TESTS = ROOT / "comm_pipeline_tests"
#: Where tests of rules are.
PLACES = ("unit", "golden", "property")
#: The rules: what is said when, to whom, and what next.
RULES = (
    *("answering_hours", "blocks", "contact_calendar", "decision", "engagement", "frequency"),
    *("gates", "progression", "stage_order", "time_windows", "timing", "transition", "variants"),
    *("awaited_messages", "replies", "standstills"),
    *("answers_expecting", "answers_guards", "answers_plan", "answers_transition"),
)


def rounds_of(module: str) -> list[list[Path]]:
    """Return the tests that import a module of the domain themselves, or lead conversations.

    They come in rounds, because most mutants do not live to see the second: first the tests that
    are named after the module, which are soon loaded, and at last those that take long.
    """
    found = [path for place in PLACES for path in _tests_in(place, module)]
    own = [path for path in found if path.name.startswith(f"test_{module}")]
    other = [path for path in found if path.parent.name == "unit" and path not in own]
    long = [path for path in found if path not in (*own, *other)]
    return [tests for tests in (own, other, long) if tests]


def _tests_in(place: str, module: str) -> Iterator[Path]:
    for path in sorted((TESTS / place).glob("test_*.py")):
        text = path.read_text()
        is_near = f"comm_pipeline.domain.{module} " in text or place == "golden"
        if is_near and "mongodb_uri" not in text:
            yield path


def chosen(mutants: list[Mutant], most: int | None) -> list[Mutant]:
    """Return all mutants, or a sample of so many that is the same every time."""
    if most is None or len(mutants) <= most:
        return mutants
    picked = Random(1).sample(range(len(mutants)), most)
    return [mutants[number] for number in sorted(picked)]


def try_module(module: str, most: int | None) -> Counter[Fate]:
    """Print the survivors of a module, and return how many mutants met which fate."""
    name, path = f"comm_pipeline.domain.{module}", DOMAIN / f"{module}.py"
    source, rounds = path.read_text(), rounds_of(module)
    began = time.monotonic()
    if fate_of(name, as_mutants_are(source), rounds, limit_seconds=600) is not Fate.SURVIVED:
        raise click.ClickException(f"{module}: its tests fail without any change")
    limit = 20 + int(5 * (time.monotonic() - began))
    fates = Counter[Fate]()
    for mutant in chosen(list(mutants_of(source)), most):
        fate = fate_of(name, mutant.source, rounds, limit)
        fates[fate] += 1
        if fate is Fate.SURVIVED:
            click.echo(f"  {module}.py:{mutant.line}: {mutant.change}")
    click.echo(f"{module}: {_score(fates)}")
    return fates


def _score(fates: Counter[Fate]) -> str:
    noticed = fates.total() - fates[Fate.SURVIVED]
    share = 100 * noticed / max(1, fates.total())
    late = fates[Fate.TIMED_OUT]
    by_time = f", {late} of them because the tests did not end" if late else ""
    return f"{noticed} of {fates.total()} noticed, {share:.1f} %{by_time}"


@click.command()
@click.argument("modules", nargs=-1)
@click.option("--most", type=click.IntRange(1), help="Mutants tried of each module; default all.")
def main(modules: tuple[str, ...], most: int | None) -> None:
    """Try the domain's MODULES, or all that hold rules."""
    load_libraries()
    total = Counter[Fate]()
    for module in modules or RULES:
        total += try_module(module, most)
    click.echo(f"together: {_score(total)}")


if __name__ == "__main__":
    main()
