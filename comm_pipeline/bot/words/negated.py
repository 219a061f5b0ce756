"""Negated auxiliaries, as they are written with and without an apostrophe."""

from typing import Final

#: An alternative for patterns of folded text.
NOT: Final = r"\w*n't|(?:do|does|is|ca|wo|did|was|are|have|has|could|would|ai)nt"
