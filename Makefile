# Every target explains itself: `make` or `make help`.
# Arguments of the command behind a target: make up ARGS="--port 8081 --workers 2"
SHELL := /bin/bash
PYTHON := .venv/bin/python
FLEET := $(PYTHON) -m fleet
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-test up down reset test test-fast test-faults lint format bench bench-large soak snapshot lock env image-check

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what running needs (apt, Python, npm); a second time takes no time
	@tools/setup.sh run

setup-test: ## install what the tests need as well
	@tools/setup.sh test

up: setup ## run the whole platform here with a simulated fleet, until Ctrl-C
	@exec $(FLEET) up $(ARGS)

down: ## stop what runs here, keep the data
	@exec $(FLEET) down $(ARGS)

reset: ## stop what runs here and remove its data, after asking
	@exec $(FLEET) reset $(ARGS)

test: setup-test lint ## every check: lint, types, pages, Python tests
	node --test tests/web/unit/*.test.js
	$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

test-fast: setup-test ## the tests that need no server and no browser
	$(PYTHON) -m pytest -q tests/unit $(ARGS)

test-faults: setup-test ## the fault suite alone: processes killed, connections cut, the vendor misbehaving
	$(PYTHON) -m pytest -q tests/fault $(ARGS)

lint: setup-test ## style, formatting and types
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy

format: setup-test ## rewrite the Python files in the one style
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

bench: setup-test ## the benchmarks (10 minutes at most), written to .fleet/bench.json
	$(PYTHON) -m bench $(ARGS)

bench-large: setup-test ## 10 million events received, folded and rebuilt (about half an hour)
	$(PYTHON) -m bench --only large $(ARGS)

soak: setup-test ## 30 minutes of 1,000 fixes/s and the catching up after an hour's outage
	$(PYTHON) -m bench --only soak $(ARGS)

snapshot: setup-test ## write sql/schema.sql anew from a fresh database
	$(PYTHON) -m tools.snapshot

lock: setup-test ## resolve the Python dependencies anew, with hashes
	@$(PYTHON) -m uv --version >/dev/null 2>&1 || $(PYTHON) -m pip install --quiet uv
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -o requirements-dev.lock

env: setup ## write .env for compose.yaml, with fresh secrets
	@$(PYTHON) tools/make_env.py

image-check: setup-test ## check Dockerfile, compose.yaml and .env.example as far as that goes without an engine
	$(PYTHON) -m pytest -q tests/local/test_delivery.py
