"""The documentation as data: its generated parts, and what its pages name."""
