"""The rules of campaigns and conversations: pure, without I/O, clock or randomness."""
