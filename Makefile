# What this does: `make run` sets everything up and opens the search page; `make test` runs every check.
# Needs Python 3.11 or newer and nothing else; everything is installed into .venv, from requirements.lock, by hash.
.DEFAULT_GOAL := help
.PHONY: help run build test test-real lint bench soak screenshot openapi image-check lock clean

PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin
READY := .venv/ready
BENCHES := build search turns titles heard spelling lexical vectors inference load pages crawl quality foldin recommend recommending publishing

include .github/jobs.mk  # what the workflows run

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Kadr needs Python 3.11 or newer; name one with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: $(if $(KADR_BUNDLE),$(READY),build)  ## Set up, build the sample bundle, unless KADR_BUNDLE names one, and open the search page
	$(BIN)/python -m streamlit run app/main.py --server.address localhost --server.port $(PORT)

build: $(READY)  ## Set up and build the bundle of data/catalogue.toml
	$(BIN)/python build_index.py data/catalogue.toml

test: lint  ## Set up and run every check
	$(BIN)/python -m pytest

test-real: $(READY)  ## What needs others' servers: a real model, a mirror (a gigabyte to install, ten minutes, KADR_TEST_DATA)
	$(PYTHON) -m venv .venv-real
	.venv-real/bin/python -m pip install --quiet --disable-pip-version-check -r tests/real/requirements.txt
	$(PYTHON) -m venv .venv-olah
	.venv-olah/bin/python -m pip install --quiet --disable-pip-version-check -r tests/real/olah.txt
	KADR_REAL_PYTHON=.venv-real/bin/python KADR_OLAH_PYTHON=.venv-olah/bin/python \
		$(BIN)/python -m pytest -m real -s tests/real

lint: $(READY)  ## Style and types
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

bench: $(READY)  ## Measure speed and quality (needs KADR_TEST_DATA for the real catalogues)
	@failed=0; for each in $(BENCHES); do $(BIN)/python -m bench.$$each || failed=1; done; exit $$failed

soak: $(READY)  ## What is too long for every test run
	HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -m "not browser"

screenshot: build  ## Make the README's picture (needs Chromium)
	$(BIN)/python docs/screenshot.py --bundle bundles --out docs/screenshot.png

openapi: $(READY)  ## Write docs/openapi.json, the description of the HTTP API
	$(BIN)/python docs/openapi.py

image-check: $(READY)  ## Build the container images without Docker, run them, hold them against their bounds
	$(BIN)/python -m tools.image.check

LOCKED := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
# What is left of requirements.lock for an image: $(1) is its target.
IMAGE_LOCK = $(PYTHON) -m tools.image.wanted $(1) | \
	$(LOCKED) --constraints requirements.lock $$($(PYTHON) -m tools.image.wanted --left-out $(1)) -

lock:  ## Write the locks anew from pyproject.toml (needs uv)
	$(LOCKED) --extra build --extra local --extra dev pyproject.toml -o requirements.lock
	$(call IMAGE_LOCK,app) -o requirements-serve.lock
	$(call IMAGE_LOCK,api) -o requirements-api.lock

clean:  ## Remove what was installed and built
	rm -rf .venv .venv-real .venv-olah bundles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
