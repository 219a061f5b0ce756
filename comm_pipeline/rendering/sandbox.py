"""Compiling and running the templates and conditions that campaigns bring with them.

A source is measured, tokenised with a limit, parsed and checked against the allowlist; when it is
first run, it is rewritten and made into code. Each source once: what was made is kept. Values of
the context are data: a recipient called ``{{ 7 * 7 }}`` is greeted by exactly that name.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.lexer import Token, TokenStream
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from comm_pipeline.errors import InvalidTemplateError, RenderingError
from comm_pipeline.rendering import limits
from comm_pipeline.rendering.allowlist import check
from comm_pipeline.rendering.filters import FILTERS, TESTS
from comm_pipeline.rendering.paths import Variables, variables_in
from comm_pipeline.rendering.rewriting import INTERNAL_FILTERS, rewrite
from comm_pipeline.rendering.values import Missing, printable

_OPENING = frozenset({"lparen", "lbracket", "lbrace"})
_CLOSING = frozenset({"rparen", "rbracket", "rbrace"})


class CompiledTemplate:
    """A checked template; call it with a nested context to get its text.

    ``variables`` are the dotted names without which rendering may fail, ``asked_for`` those of
    which it asks whether they are there, and ``tokens`` counts its template language.
    """

    __slots__ = ("_program", "asked_for", "tokens", "variables")

    def __init__(self, compiled: "_Compiled") -> None:
        self._program = compiled.program
        self.variables, self.asked_for = compiled.variables
        self.tokens = compiled.tokens

    def __call__(self, context: Mapping[str, Any]) -> str:
        """Render; raises RenderingError that names what the context lacks or has wrong."""
        return self._program.run(context)


class CompiledCondition:
    """A checked condition; call it with a nested context to decide it.

    ``variables`` are the dotted names without which deciding may fail, ``asked_for`` those of
    which it asks whether they are there, and ``tokens`` counts its template language.
    """

    __slots__ = ("_program", "asked_for", "tokens", "variables")

    def __init__(self, compiled: "_Compiled") -> None:
        self._program = compiled.program
        self.variables, self.asked_for = compiled.variables
        self.tokens = compiled.tokens

    def __call__(self, context: Mapping[str, Any]) -> bool:
        """Decide; raises RenderingError for a missing variable or values without an order."""
        return bool(self._program.run(context))


@lru_cache(maxsize=limits.CACHED_TEMPLATES)
def compile_message(source: str, *, is_html: bool = False) -> CompiledTemplate:
    """Compile a subject, a text or (autoescaped) an HTML message.

    Raises InvalidTemplateError with line and reason for what does not parse, and its subclass
    UnsafeTemplateError for what is not allowed.
    """
    most = limits.MAX_HTML_SOURCE_CHARACTERS if is_html else limits.MAX_SOURCE_CHARACTERS
    _check_source(source, most)
    environment = _ENVIRONMENTS[is_html]
    return CompiledTemplate(_compile(environment, source, Parser.parse))


@lru_cache(maxsize=limits.CACHED_TEMPLATES)
def compile_condition(source: str) -> CompiledCondition:
    """Compile an expression such as ``response.rating < 4``; raises as ``compile_message``."""
    _check_source(source, limits.MAX_SOURCE_CHARACTERS)
    if not source.strip():
        raise InvalidTemplateError("a condition is empty: write one, or leave it out")
    return CompiledCondition(_compile(_ENVIRONMENTS[False], source, _read_condition))


def variables_of(source: str) -> frozenset[str]:
    """Return the dotted names without which rendering ``source`` may fail; raises as above."""
    return compile_message(source).variables


class _Tokens:
    """The tokens of a source, counted; too many or too deep ones stop it before a tree exists."""

    def __init__(self, stream: TokenStream) -> None:
        self._stream = stream
        self.count = 0

    def __iter__(self) -> Iterator[Token]:
        """Pass tokens on up to the limit. Raises InvalidTemplateError."""
        depth = 0
        for token in self._stream:
            self.count += 1
            depth += (token.type in _OPENING) - (token.type in _CLOSING)
            if self.count > limits.MAX_TOKENS or depth > limits.MAX_OPEN_BRACKETS:
                raise InvalidTemplateError(
                    f"line {token.lineno}: the template is too complex (up to "
                    f"{limits.MAX_TOKENS:,} words and signs of template language, and "
                    f"{limits.MAX_OPEN_BRACKETS} open brackets)"
                )
            yield token


def _environment(*, is_html: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=is_html,
        undefined=Missing,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,
    )
    environment.globals.clear()
    environment.filters = {**FILTERS, **INTERNAL_FILTERS}
    environment.tests = dict(TESTS)
    return environment


_ENVIRONMENTS = {is_html: _environment(is_html=is_html) for is_html in (False, True)}


def _check_source(source: str, most: int) -> None:
    if len(source) > most:
        raise InvalidTemplateError(
            f"the template has {len(source):,} characters; up to {most:,} may be"
        )
    if any("\ud800" <= character <= "\udfff" for character in source):
        raise InvalidTemplateError("the template contains half a character (a lone surrogate)")


class _Program:
    """A checked tree, and from its first run on the code that is made of it.

    Making code takes as long as all that comes before, and most texts that are checked are not run
    by the process that checks them. It cannot fail: the allowlist bounds depth and constants.
    """

    __slots__ = ("_environment", "_template", "_tree")

    def __init__(self, environment: ImmutableSandboxedEnvironment, tree: nodes.Template) -> None:
        self._environment = environment
        self._tree: nodes.Template | None = tree
        self._template: Template | None = None

    def run(self, context: Mapping[str, Any]) -> str:
        """Return what the template writes; raises RenderingError."""
        template = self._template or self._make()
        pieces: list[str] = []
        size = 0
        try:
            # Nothing in an allowed template writes to its context, so it need not be copied.
            for piece in template.root_render_func(template.new_context(context, shared=True)):  # type: ignore[arg-type]  # any mapping can be read
                size += len(piece)
                if size > limits.MAX_OUTPUT_CHARACTERS:
                    raise RenderingError(
                        "the message would have more than "
                        f"{limits.MAX_OUTPUT_CHARACTERS:,} characters"
                    )
                pieces.append(piece)
        except (TypeError, ValueError, ArithmeticError, TemplateError) as error:
            raise RenderingError(
                f"the template cannot be rendered with this data: {error}"
            ) from error
        return "".join(pieces)

    def _make(self) -> Template:
        assert self._tree is not None
        code = self._environment.compile(rewrite(self._tree))
        template = self._environment.template_class.from_code(self._environment, code, {})
        self._template, self._tree = template, None
        return template


class _Compiled(NamedTuple):
    program: _Program
    variables: Variables
    tokens: int


_Read = Callable[[Parser], nodes.Template]


def _compile(environment: ImmutableSandboxedEnvironment, source: str, read: _Read) -> _Compiled:
    try:
        is_condition = read is _read_condition
        parser = Parser(environment, source, state="variable" if is_condition else None)
        tokens = _Tokens(parser.stream)
        parser.stream = TokenStream(tokens, None, None)
        tree = read(parser)
        check(tree)
        return _Compiled(_Program(environment, tree), variables_in(tree), tokens.count)
    except TemplateSyntaxError as error:
        raise InvalidTemplateError(f"line {error.lineno}: {error.message}") from None
    except (RecursionError, MemoryError):
        raise InvalidTemplateError("the template is nested too deeply: simplify it") from None
    except (ValueError, OverflowError, SyntaxError) as error:
        # A literal that Python itself refuses, such as a number of 5,000 digits.
        raise InvalidTemplateError(f"the template cannot be read: {error}") from None


def _read_condition(parser: Parser) -> nodes.Template:
    expression = parser.parse_expression()
    if not parser.stream.eos:
        raise TemplateSyntaxError(
            "a condition is one expression, without {{ }}", parser.stream.current.lineno
        )
    # Written as {% if condition %}true{% endif %}, it is checked and rewritten like any message.
    written = nodes.Output([nodes.TemplateData("true", lineno=1)], lineno=1)
    decision = nodes.If(expression, [written], [], [], lineno=1)
    whole = nodes.Template([decision], lineno=1)
    return whole.set_environment(parser.environment)  # type: ignore[return-value]  # Jinja types it as any node
