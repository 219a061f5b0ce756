"""Whether words that a language model cites stand in a reply: as words, and as enough of them.

A letter stands in nearly every reply, and "no" in "know": neither proves anything. What is compared
is without case, accents and the ways to write spaces, quotation marks and dashes, as models change
those; letters of other scripts are kept.
"""

import re
import unicodedata
from typing import Final

from comm_pipeline.bot.folding import fold, tidy
from comm_pipeline.bot.understanding import QUOTED

#: Letters that say enough wherever they stand; fewer have to be all that is said there.
_ENOUGH: Final = 3
#: The same in scripts that write no spaces, where a letter is a syllable or a word.
_ENOUGH_UNSPACED: Final = 2
#: Thai, Lao, Burmese, Khmer, kana and Chinese characters.
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_OTHER_LETTER: Final = "_"
#: What stands before and after words that are all that is said there.
_BEFORE: Final = r"(?:^|[^\w\s'-]|\n|\s-)\s*"
_AFTER: Final = r"\s*(?:$|[^\w\s'-]|\n|-\s)"


class Source:
    """What the author of a reply wrote, to look for words that are said to be his."""

    def __init__(self, text: str) -> None:
        self._text = _plain(text)

    def has(self, words: str | None) -> bool:
        """Return whether words stand in it, and are enough to say something."""
        plain = _plain(words or "").strip()
        if not plain:
            return False
        found = r"\s+".join(map(re.escape, plain.split()))
        if _says_enough(plain):
            is_cut = len(words or "") >= QUOTED  # perhaps in the middle of a word
            begin = "" if _stands_alone(plain[0]) else r"(?<!\w)"
            end = "" if is_cut or _stands_alone(plain[-1]) else r"(?!\w)"
        elif any(map(str.isalnum, plain)):
            begin, end = _BEFORE, _AFTER
        else:
            return plain == self._text.strip()
        return re.search(begin + found + end, self._text) is not None


def _says_enough(plain: str) -> bool:
    letters = sum(map(str.isalpha, plain))
    if letters >= _ENOUGH or len(_UNSPACED.findall(plain)) >= _ENOUGH_UNSPACED:
        return True
    # A number, a rating or a picture of a thumb is said in one character.
    return any(one.isdigit() or _is_picture(one) for one in plain)


def _stands_alone(character: str) -> bool:
    """Return whether words may begin or end with it in the middle of others."""
    return not character.isalnum() or _UNSPACED.match(character) is not None


def _is_picture(character: str) -> bool:
    return unicodedata.category(character) == "So"


def _plain(text: str) -> str:
    tidied = tidy(text)
    kept = (
        one.casefold() if folded == _OTHER_LETTER or _is_picture(one) else folded
        for one, folded in zip(tidied, fold(tidied), strict=True)
    )
    return "".join(kept)
