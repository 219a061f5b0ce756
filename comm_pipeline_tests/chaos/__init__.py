"""Killing workers wherever the code writes or calls a provider, and looking at what is left."""
