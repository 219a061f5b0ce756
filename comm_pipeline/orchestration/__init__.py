"""Dagster, and nothing else: what runs, when, and what it says. No rule of the business is here."""
