"""``python -m comm_pipeline_tests.evaluation [--errors]``: how well replies are understood."""

from collections.abc import Sequence

import click

from comm_pipeline_tests.evaluation import scores
from comm_pipeline_tests.evaluation.labelled import FRESH, held_out, read_replies
from comm_pipeline_tests.evaluation.scores import Score, Understood


def _table(title: str, table: Sequence[Score]) -> None:
    if not any(one.labelled for one in table):
        return
    click.echo(f"{title:<16}{'replies':>8}{'precision':>11}{'recall':>8}{'F1':>7}")
    for one in table:
        if one.labelled or one.wrong:
            click.echo(
                f"  {one.name:<14}{one.labelled:>8}{one.precision:>11.3f}{one.recall:>8.3f}"
                f"{one.f1:>7.3f}"
            )
    click.echo(f"  {'macro F1':<14}{'':>27}{scores.macro_f1(table):>7.3f}\n")


def _tables(title: str, understood: Understood) -> None:
    click.echo(f"== {title}: {len(understood)} replies\n")
    _table("kind", scores.kind_scores(understood))
    _table("intent", scores.intent_scores(understood))
    _table("objection", scores.objection_scores(understood))
    _table("sentiment", scores.sentiment_scores(understood))
    _table("language", scores.language_scores(understood))
    _table("date", [scores.return_day_score(understood)])


def _errors(understood: Understood) -> None:
    for reply, analysis in understood:
        wanted = (reply["kind"], sorted(reply["intents"]))
        found = (analysis.kind.value, sorted(analysis.intents))
        if wanted != found:
            click.echo(f"{reply['id']} {reply['text']!r}\n  wanted {wanted}\n  found  {found}")


@click.command()
@click.option("--errors", is_flag=True, help="Show what was understood otherwise, too.")
def main(*, errors: bool) -> None:
    """Print precision, recall and F1 of each class, for every set of labelled replies."""
    replies = read_replies()
    sets = {"replies": replies, "held out third of them": held_out(replies)}
    for title, some in {**sets, **{name: read_replies(name) for name in FRESH}}.items():
        understood = scores.understand(some)
        _tables(title, understood)
        if errors:
            _errors(understood)


if __name__ == "__main__":
    main()
