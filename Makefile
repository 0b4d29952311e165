# `make run` and `make test` need Python 3.11 or newer and nothing else; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help run run-services test conformance lint types format lock sdl released explorer bench soak clean

HOST ?= 127.0.0.1
PORT ?= 8000
PEOPLE ?= 1000
PYTHON ?= python3
TESTS ?=
# a file at a time for each of two processes: together they take little more than half the time
ALL := -m 'not conformance' --numprocesses 2 --dist loadfile --no-loadscope-reorder
# what takes long and looks at no clock
LONG := tests/clients tests/gateway/test_audit_command.py tests/gateway/test_keys_command.py \
	tests/gateway/trusted/test_releases.py tests/gateway/live/test_neighbours.py tests/journeys/test_canary.py \
	tests/journeys/test_mixes.py
BENCHES ?= $(sort $(patsubst tests/bench/%.py,%,$(wildcard tests/bench/[a-z]*.py)) \
	$(patsubst tests/bench/%/__main__.py,%,$(wildcard tests/bench/*/__main__.py)))
OPTIONS ?=
EXAMPLES ?= 20000
KILLS ?= 200
MINUTES ?= 20
SLACK ?= 1
SEED ?=
STEPS ?=

VENV := .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check --no-input
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command 'make lock' --upgrade

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.runs ## Fill a town of 1,000 invented people for today and serve it (HOST, PORT, PEOPLE)
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" HOST='$(HOST)' PORT='$(PORT)' PEOPLE='$(PEOPLE)' sh sandbox/run.sh

run-services: $(VENV)/.runs ## The same, with the town behind eight HTTP services on ports 8101 to 8108
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" HOST='$(HOST)' PORT='$(PORT)' PEOPLE='$(PEOPLE)' sh sandbox/run.sh services

test: $(VENV)/.tests ## Run the tests, or some of them: make test TESTS='tests/test_the_house.py -k stair'
	@$(VENV)/bin/python -m pytest $(or $(TESTS),$(ALL))

conformance: $(VENV)/.tests ## Run the tests that take long, two at a time, then those that look at the clock
	@[ -n "$(TESTS)" ] || $(VENV)/bin/python -m pytest -m conformance --numprocesses 2 --dist loadfile $(LONG)
	@$(VENV)/bin/python -m pytest -m conformance $(or $(TESTS),$(addprefix --ignore=,$(LONG)))

lint: $(VENV)/.tests ## Check style and format
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .

types: $(VENV)/.tests ## Check types
	@$(VENV)/bin/mypy

format: $(VENV)/.tests ## Put the code into its format
	@$(VENV)/bin/ruff check --fix-only --quiet .
	@$(VENV)/bin/ruff format .

sdl: $(VENV)/.runs ## Print the schema into schema/schema.graphql, and the error codes into docs/errors.md
	@$(VENV)/bin/overview schema export > $(VENV)/schema.graphql
	@mv $(VENV)/schema.graphql schema/schema.graphql
	@$(VENV)/bin/overview errors > $(VENV)/errors.md
	@mv $(VENV)/errors.md docs/errors.md

released: sdl ## Promise the language as it is: what later versions are held against, at a release
	@cp schema/schema.graphql schema/released.graphql
	@rm -f schema/allowed.toml

explorer: ## Build the page in which operations are tried, with Node 20.19 or newer, into gateway/explorer/static
	@cd tools/explorer && npm install --no-save --no-progress && npm run build

bench: $(VENV)/.tests ## Measure what matters: every module of tests/bench, or some: make bench BENCHES=speed OPTIONS='--only cold'
	@for bench in $(BENCHES); do $(VENV)/bin/python -m tests.bench.$$bench $(OPTIONS) || exit 1; done

soak: $(VENV)/.tests ## Kill a gateway 200 times, let all it asks fail at random, compare engines (KILLS, MINUTES, EXAMPLES …)
	@[ '$(KILLS)' = 0 ] || $(VENV)/bin/python -m tests.soak.kills --kills $(KILLS)
	@$(VENV)/bin/python -m tests.soak.weather --minutes $(MINUTES) --slack $(SLACK) $(if $(SEED),--seed $(SEED)) \
		$(if $(STEPS),--steps $(STEPS))
	@[ '$(EXAMPLES)' = 0 ] || OVERVIEW_TEST_EXAMPLES=$(EXAMPLES) $(VENV)/bin/python -m pytest \
		tests/gateway/engine/compiled/test_same_answers.py

lock: $(VENV)/.tests ## Choose the newest versions that pyproject.toml allows and lock them
	@$(PIP) install --quiet uv
	@$(VENV)/bin/$(LOCK) --group build pyproject.toml --output-file requirements.lock
	@$(VENV)/bin/$(LOCK) --constraint requirements.lock --group sandbox --output-file requirements-sandbox.lock
	@$(VENV)/bin/$(LOCK) --constraint requirements.lock --group build pyproject.toml --extra test \
		--output-file requirements-test.lock
	@for each in clairvoyance node plain spy; do \
		$(VENV)/bin/$(LOCK) --group $$each --output-file tests/clients/py/$$each.lock || exit 1; done

clean: ## Remove everything that was made here
	@rm -rf $(VENV) .run dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.runs: requirements.lock requirements-sandbox.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Python 3.11 or newer is needed; name it: make PYTHON=python3.12'; exit 1; }
	@echo 'Installing into $(VENV) …'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet --require-hashes --requirement requirements.lock --requirement requirements-sandbox.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.tests: $(VENV)/.runs requirements-test.lock
	@echo 'Installing what the tests need …'
	@$(PIP) install --quiet --require-hashes --requirement requirements-test.lock
	@touch $@
