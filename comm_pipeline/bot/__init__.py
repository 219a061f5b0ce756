"""Understanding what recipients write, and (later) answering; one analyser a file."""
