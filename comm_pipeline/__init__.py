"""Conversation-based outreach campaigns: MongoDB holds them, Dagster runs them."""
