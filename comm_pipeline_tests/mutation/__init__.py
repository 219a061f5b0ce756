"""Mutation testing of ``comm_pipeline.domain``: whether the tests notice when a rule is changed.

``make mutate`` changes one thing in one module at a time (``mutants``) and runs the tests that
import the module (``runner``); a mutant that no test notices survives. The libraries for this ask
for a copy of the project and start Python anew for each mutant; here a process that has loaded the
libraries and the project is forked instead, and loads again only what depends on the module. A
mutant that is noticed at once takes less than half a second.
"""
