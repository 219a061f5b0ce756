"""Compiling a template's sources as what they are: texts, HTML or conditions."""

from comm_pipeline.domain.template_sources import Source
from comm_pipeline.rendering.sandbox import (
    CompiledCondition,
    CompiledTemplate,
    compile_condition,
    compile_message,
)


def compile_source(source: Source) -> CompiledTemplate | CompiledCondition:
    """Compile a source. Raises InvalidTemplateError or UnsafeTemplateError with line and reason."""
    if source.kind == "condition":
        return compile_condition(source.text)
    return compile_message(source.text, is_html=source.kind == "html")
