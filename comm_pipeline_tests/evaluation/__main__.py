"""``python -m comm_pipeline_tests.evaluation``: how well replies are understood."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

import click

from comm_pipeline.bot.analyser_choice import build_analyser
from comm_pipeline.domain.analysis import ReplyKind
from comm_pipeline.services.clock import system_clock
from comm_pipeline.settings import load_settings
from comm_pipeline_tests.counted_budget import CountedBudget
from comm_pipeline_tests.evaluation import scores
from comm_pipeline_tests.evaluation.labelled import FRESH, UNSEEN, Reply, held_out, read_replies
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


def _doubts(understood: Understood, where: str = "") -> None:
    opt_outs = [found for reply, found in understood if reply["kind"] == ReplyKind.OPT_OUT]
    others = [found for reply, found in understood if reply["kind"] != ReplyKind.OPT_OUT]
    unseen = sum(not one.is_opt_out and not one.may_be_opt_out for one in opt_outs)
    held = sum(one.may_be_opt_out for one in others)
    wrong = sum(one.is_opt_out for one in others)
    click.echo(f"opt-outs neither found nor held as possible{where}: {unseen} of {len(opt_outs)}")
    click.echo(f"others held as possible opt-outs{where}: {held} of {len(others)}")
    click.echo(f"others taken for opt-outs{where}: {wrong} of {len(others)}\n")


def _errors(understood: Understood) -> None:
    for reply, analysis in understood:
        wanted = (reply["kind"], sorted(reply["intents"]))
        found = (analysis.kind.value, sorted(analysis.intents))
        if wanted != found:
            click.echo(f"{reply['id']} {reply['text']!r}\n  wanted {wanted}\n  found  {found}")


async def _by_model(sets: Mapping[str, Sequence[Reply]]) -> dict[str, Understood]:
    """Ask the language model of the environment; what it takes is counted for this run alone."""
    settings = load_settings().model_copy(update={"reply_analyser": "llm"})
    async with build_analyser(settings, CountedBudget(), system_clock) as analyser:
        return {
            title: await scores.understand_by(analyser, replies) for title, replies in sets.items()
        }


def _costs(understood: Understood) -> None:
    usages = [analysis.usage for _, analysis in understood if analysis.usage]
    click.echo(
        f"{sum(one.requests for one in usages)} calls, {sum(one.tokens for one in usages)} tokens, "
        f"cost {sum(one.cost for one in usages):.4f}"
    )
    reasons = Counter(one.fallback_reason for _, one in understood if one.fallback_reason)
    for reason, number in reasons.most_common():
        click.echo(f"{number} by rules instead: {reason}")


@click.command()
@click.option("--errors", is_flag=True, help="Show what was understood otherwise, too.")
@click.option(
    "--analyser",
    type=click.Choice(["rules", "llm"]),
    default="rules",
    show_default=True,
    help="Who understands them; llm is the model of LLM_BASE_URL and LLM_MODEL.",
)
def main(*, errors: bool, analyser: str) -> None:
    """Print precision, recall and F1 of each class, for every set of labelled replies."""
    replies = read_replies()
    sets = {"replies": replies, "held out third of them": held_out(replies)}
    sets |= {name: read_replies(name) for name in (*FRESH, *UNSEEN)}
    if analyser == "llm":
        # The third is a part of the replies, which need not be asked twice.
        every = asyncio.run(_by_model({"replies": replies, **{n: sets[n] for n in FRESH}}))
    else:
        every = {title: scores.understand(some) for title, some in sets.items()}
    for title, understood in every.items():
        _tables(title, understood)
        _doubts(understood)
        if analyser == "rules" and title in UNSEEN:
            replies = [reply for reply, _ in understood]
            asked = scores.understand(replies, extract=scores.VALUES)
            _doubts(asked, " where the template asks for values")
        if analyser == "llm":
            _costs(understood)
        if errors:
            _errors(understood)


if __name__ == "__main__":
    main()
