"""Labelled replies, and how well the analyser by rules understands them."""
