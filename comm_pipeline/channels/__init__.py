"""Ways to a recipient, one provider a file, behind the contract in ``base``."""
