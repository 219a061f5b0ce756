"""Simulated people who receive the pipeline's mails and answer them.

They stand outside: they read mails from a folder and write replies as any service of the platform
does. What they do is described in ``templates/simulation/behaviour.json``.
"""
