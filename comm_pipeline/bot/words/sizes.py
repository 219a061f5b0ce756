"""What makes a figure thousands or millions of what it says, in seven languages, folded."""

from collections.abc import Mapping
from typing import Final

_SIZES: Final = {
    1e2: "hundred hundert honderd",
    1e3: "k tsd thousand thousands tausend mille mila mil duizend",
    1e5: "lakh lakhs lac lacs",
    1e6: (
        "m mm mn mio mln million millions millionen millones milhao milhoes milione milioni miljoen"
    ),
    1e7: "crore crores",
    1e9: "bn mrd mld billion billions milliard milliards milliarde milliarden miliardi miljard",
}
#: What a figure is multiplied by.
SIZES: Final[Mapping[str, float]] = {
    word: size for size, words in _SIZES.items() for word in words.split()
}
#: Sizes that are metres, minutes or miles unless money or a capital letter says otherwise.
DOUBTFUL: Final = frozenset({"m"})
#: Millions of millions where it is not English.
ENGLISH: Final = frozenset({"billion", "billions"})
