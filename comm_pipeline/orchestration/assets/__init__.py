"""Assets: each body loads, calls one service, and returns what it did."""
