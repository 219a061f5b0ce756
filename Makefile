# The commands of this project. `make` alone lists them.
# Every target that needs Python makes the virtual environment first; PYTHON chooses another one.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
RECIPIENTS ?= 20000
ANALYSER ?= rules
ROUNDS ?= 1

.PHONY: help demo dev test test-long tests check style types bench chaos evaluate train mutate docs clean

help:
	@echo "make demo       two example campaigns from start to finish, on this machine"
	@echo "make dev        the whole system, until Ctrl-C"
	@echo "make test       everything that CI checks"
	@echo "make test-long  the tests, with many more generated examples"
	@echo "make check      only the checks of style, types and layers"
	@echo "make bench      speed, as ratios (RECIPIENTS=20000)"
	@echo "make chaos      kill -9 at every point of the code, and the table of it (ROUNDS=1)"
	@echo "make evaluate   how well replies are understood (ANALYSER=rules, or llm)"
	@echo "make train      learn the classifier of replies anew from the labelled ones"
	@echo "make mutate     whether the tests notice changed rules (long)"
	@echo "make docs       write the generated pages anew"
	@echo "make clean      remove the virtual environment and local data"

demo: $(INSTALLED)
	$(BIN)/comm-pipeline demo

dev: $(INSTALLED)
	$(BIN)/comm-pipeline dev

# Types are checked beside the tests: they keep one processor busy for a minute.
test: style
	@$(MAKE) --no-print-directory --jobs 2 types tests

tests: $(INSTALLED)
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test-long: $(INSTALLED)
	$(BIN)/python -m pytest --hypothesis-profile=long comm_pipeline_tests/property

check: style types

style: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: $(INSTALLED)
	$(BIN)/mypy

bench: $(INSTALLED)
	$(BIN)/python -m comm_pipeline_tests.benchmarks $(RECIPIENTS) --json benchmarks.json

chaos: $(INSTALLED)
	$(BIN)/python -m comm_pipeline_tests.chaos --rounds $(ROUNDS)

evaluate: $(INSTALLED)
	$(BIN)/python -m comm_pipeline_tests.evaluation --analyser $(ANALYSER)

train: $(INSTALLED)
	$(BIN)/python -m comm_pipeline_tests.evaluation.training

mutate: $(INSTALLED)
	$(BIN)/python -m comm_pipeline_tests.mutation

docs: $(INSTALLED)
	$(BIN)/python -m comm_pipeline.settings > docs/settings.md
	$(BIN)/python -m comm_pipeline_tests.documentation

clean:
	rm -rf $(VENV) .comm_pipeline

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
