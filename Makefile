# Each target makes its own virtual environment from nothing; a second time it works offline.
# The interpreter that makes it: make test PYTHON=python3.13 (3.11 or newer).

PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest
NBVAL := $(PYTEST) --nbval -p no:xdist -p no:cacheprovider -q notebooks

.DEFAULT_GOAL := help
.PHONY: help demo lab test test-python bench fmt clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# One environment, filled as far as the target needs; the fuller one counts for the smaller ones.
$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no '$(PYTHON)' here. Name a Python 3.11 or newer: make PYTHON=python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than 3.11. Name a newer one: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.has-base: pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/.has-lab: pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --editable '.[local,lab]'
	@touch $@ $(VENV)/.has-base

$(VENV)/.has-all: pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --editable '.[all]'
	@touch $@ $(VENV)/.has-base $(VENV)/.has-lab

demo: $(VENV)/.has-base ## an order workflow in the terminal: graph, events, and a task token that waits for you
	$(BIN)/sfn-notebook demo

lab: $(VENV)/.has-lab ## JupyterLab on the tutorial notebooks; make lab ARGS=--no-browser
	$(BIN)/sfn-notebook lab notebooks $(ARGS)

test: $(VENV)/.has-all ## everything: style, types, layers, tests, browser, kernels, notebooks twice
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -q -n 2 -m "not browser and not kernels and not contract and not notebooks"
	$(PYTEST) -q -m "browser or kernels or contract or notebooks"
	$(NBVAL)
	$(NBVAL)

test-python: ## the tests without front ends, on another interpreter: make test-python PYTHON=python3.13
	@$(MAKE) --no-print-directory VENV=.venvs/$(notdir $(PYTHON)) .venvs/$(notdir $(PYTHON))/.has-all
	.venvs/$(notdir $(PYTHON))/bin/python -m pytest -q -n 2 -m "not browser and not kernels and not contract and not notebooks"
	.venvs/$(notdir $(PYTHON))/bin/python -m pytest --nbval -p no:xdist -p no:cacheprovider -q notebooks

bench: $(VENV)/.has-all ## ratios measured in one run on this machine, nothing asserted; make bench ONLY=engine
	PYTHONPATH=tests $(BIN)/python tests/benchmarks/bench.py $(ONLY)

fmt: $(VENV)/.has-all ## sort imports and format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## forget the virtual environments and caches
	rm -rf .venv .venvs .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
