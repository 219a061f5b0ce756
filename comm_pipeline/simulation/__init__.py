"""Simulated people, for two purposes.

*Simulation* (``simulate``): the real services under a virtual clock, a channel that records, and an
audience that behaves as ``templates/simulation/default_behaviour.json`` says.
*Demonstration* (``mail_readers``): people who read real mails from a folder, in real time, and
write replies as any service of the platform does; ``templates/simulation/behaviour.json`` says how.
"""
