"""Paragraphs of ``format=flowed`` text (RFC 3676), put together again."""

_SIGNATURE = "-- "


def unflow(text: str, *, delete_space: bool) -> str:
    """Join the lines that a mail program has broken; quotation depths stay as they are.

    ``delete_space`` is the parameter DelSp=yes: the space at a line's end is not part of the text.
    """
    lines: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth, content = _unquoted(line)
        is_flowed = content.endswith(" ") and content != _SIGNATURE
        kept = content[:-1] if is_flowed and delete_space else content
        if open_depth == depth and content != _SIGNATURE:
            lines[-1].append(kept)
        else:
            lines.append([f"{'>' * depth} " if depth else "", kept])
        open_depth = depth if is_flowed else None
    return "\n".join(_joined(pieces) for pieces in lines)


def _joined(pieces: list[str]) -> str:
    line = "".join(pieces)
    return line if line == _SIGNATURE else line.rstrip(" ")


def _unquoted(line: str) -> tuple[int, str]:
    content = line.lstrip(">")
    return len(line) - len(content), content.removeprefix(" ")
