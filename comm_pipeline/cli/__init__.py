"""The command line, one command a file.

Exit codes: 0 done; 1 not done, the message says why; 2 used wrongly; 3 asked for something that is
not there; 130 ended by Ctrl-C.
"""
