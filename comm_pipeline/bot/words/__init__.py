"""The words that the rules look for, by what they say; for folded text (``bot.folding``)."""
