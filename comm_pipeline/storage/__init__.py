"""MongoDB, one collection a file. Documents go in and come out; nothing is decided here."""
