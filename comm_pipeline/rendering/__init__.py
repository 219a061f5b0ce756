"""Turning Jinja sources and a context into text.

Two kinds of template meet here and must not be mixed up. Those of campaigns come from other
services and are not trusted: ``sandbox`` compiles them after ``allowlist`` has looked at every node
of the parsed tree, and ``values`` lets them read plain data only. Those under ``templates/`` are
part of this repository and run in an ordinary autoescaping environment (``layout``).

What belongs here: compiling, checking, rendering. What does not: choosing a template, building the
context, sending.
"""
