"""What a reply repeats of the message that it answers: a net below ``bot/quoting.py``.

Mail programs that mark no quotation, or introduce it in words that nobody has foreseen, leave our
own words in the answer. Who says one short sentence of ours says it themselves.
"""

import re
from typing import Final

#: Words of a sentence that nobody writes twice by chance, and such sentences that are looked for.
_FEWEST_WORDS: Final = 4
_MOST: Final = 100
#: From so many repeated sentences, or characters, on it is a copy.
_FEWEST: Final = 2
_LONG: Final = 100
_END: Final = re.compile(r"(?<=[.!?:])\s+|\n+")
#: What mail programs put between words: line ends, and marks of quoted lines.
_BETWEEN: Final = r"[\s>]+"


def without_repeats(text: str, ours: str | None) -> str:
    """Return a reply without the sentences of ``ours``, if it holds a copy of them."""
    spans = sorted(_repeated(text, ours or ""))
    is_copy = len(spans) >= _FEWEST or sum(end - start for start, end in spans) >= _LONG
    if not is_copy:
        return text
    kept, position = [], 0
    for start, end in spans:
        kept.append(text[position:start])
        position = max(position, end)
    return "".join([*kept, text[position:]])


def _repeated(text: str, ours: str) -> set[tuple[int, int]]:
    """Return where sentences of ours stand in a text, each once."""
    sentences = (one.split() for one in _END.split(ours)[: 5 * _MOST])
    told = [words for words in sentences if len(words) >= _FEWEST_WORDS][:_MOST]
    matches = (re.search(_BETWEEN.join(map(re.escape, words)), text) for words in told)
    return {match.span() for match in matches if match}
