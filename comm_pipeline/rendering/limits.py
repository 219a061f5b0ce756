"""How much a campaign's template may ask for.

The numbers leave ample room for a real message and keep a hostile one cheap: a source is refused
or checked within some tens of milliseconds, and rendered within about one.
"""

#: Characters of a text, subject or condition.
MAX_SOURCE_CHARACTERS = 20_000

#: Characters of an HTML message.
MAX_HTML_SOURCE_CHARACTERS = 100_000

#: Tokens as Jinja's lexer counts them; ``{{ recipient.first_name }}`` has five.
MAX_TOKENS = 2_000

#: Brackets open at once, counted before anything is parsed.
MAX_OPEN_BRACKETS = 20

#: Levels of the syntax tree: blocks and expressions inside one another.
MAX_DEPTH = 30

#: ``elif`` branches of one ``if``; Python nests them one inside the other.
MAX_ELIF_BRANCHES = 20

#: Characters of a string written in a template.
MAX_STRING_CONSTANT = 2_000

#: Absolute value of a number written in a template.
MAX_NUMBER_CONSTANT = 10**15

#: Characters of one value read from the context, or made by a filter.
MAX_VALUE_CHARACTERS = 20_000

#: Items of a list that ``join`` puts together.
MAX_LIST_ITEMS = 1_000

#: Characters of everything that one template writes.
MAX_OUTPUT_CHARACTERS = 200_000

#: Compiled templates kept, per kind.
CACHED_TEMPLATES = 512
