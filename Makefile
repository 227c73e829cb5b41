# Plain `make` lists the targets. `make run` and `make test` need Python >= 3.11 and the package registries, nothing else.
.DEFAULT_GOAL := help
SHELL := /bin/sh
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for one in python3.11 python3.12 python3.13 python3 python; do $$one -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$one && break; done)
PY := .venv/bin/python
STAMPS := .venv/.stamps
STATIC_SOURCES := $(shell find static -type f 2>/dev/null)
KERNELS := $(shell find influence/network -name '*.py' 2>/dev/null)
PYTEST_OPTIONS ?=

.PHONY: help setup setup-dev run test lint check audit bench docs clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(STAMPS)/python $(STAMPS)/javascript $(STAMPS)/kernels $(STAMPS)/static ## Set up everything that running needs

setup-dev: setup $(STAMPS)/dev

run: setup ## Start the application with its demonstration (PORT=8000 HOST=127.0.0.1 DEMO=1)
	@exec $(PY) manage.py serve

test: setup-dev ## Run the tests (PYTEST_OPTIONS="-k word")
	@$(PY) -m pytest $(PYTEST_OPTIONS)

lint: setup-dev ## Style, types, import directions, missing migrations
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@DATA_DIR=.venv/.setup $(PY) manage.py makemigrations --check --dry-run

check: lint test ## All that continuous integration asks of a change

audit: setup-dev ## Ask the advisory services for known weaknesses of the dependencies
	@.ci/audit

bench: setup-dev ## Print the performance table
	@$(PY) -m bench

docs: setup-dev ## Check that the documentation is complete
	@$(PY) -m pytest tests/docs $(PYTEST_OPTIONS)

clean: ## Remove what set-up made (never the data)
	rm -rf .venv node_modules staticfiles

$(STAMPS)/venv:
	@$(or $(PYTHON),false) -c '$(NEW_ENOUGH)' || { echo "Python 3.11 or newer is needed. Name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; }
	@[ -x $(PY) ] || { echo "Setting up .venv ..."; $(PYTHON) -m venv .venv || $(PYTHON) -m virtualenv .venv; }
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/uv: $(STAMPS)/venv
	@$(PY) -m pip install --quiet --disable-pip-version-check uv==0.13.9 || echo "Going on with pip."
	@touch $@

$(STAMPS)/python: requirements.txt $(STAMPS)/uv
	@.ci/install requirements.txt
	@touch $@

$(STAMPS)/dev: requirements-dev.txt $(STAMPS)/python
	@.ci/install requirements-dev.txt
	@touch $@

$(STAMPS)/javascript: package-lock.json requirements-node.txt $(STAMPS)/uv
	@.ci/npm ci --loglevel=error
	@touch $@

$(STAMPS)/kernels: $(KERNELS) $(STAMPS)/python
	@[ ! -f influence/network/warm.py ] || { echo "Compiling the engine ..."; $(PY) -m influence.network.warm; }
	@touch $@

$(STAMPS)/static: $(STATIC_SOURCES) bpm_influence/static_files.py $(STAMPS)/javascript $(STAMPS)/python
	@DATA_DIR=.venv/.setup $(PY) manage.py collectstatic --no-input --clear --verbosity 0
	@touch $@
