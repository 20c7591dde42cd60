# Everything a newcomer needs: `make demo` and `make test`. Each target installs what it needs
# into .venv, from locks with hashes.

PYTHON ?= python3
BIN    := .venv/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
DEMO   ?= demo

.PHONY: help setup demo test mutations check docs bench attack heads leanings vectors lock clean
.DEFAULT_GOAL := help

help: ## say what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: .venv/runtime ## the program in .venv, as `.venv/bin/romduol`

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Romduol needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv

.venv/runtime: .venv/bin/python requirements/runtime.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements/runtime.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/test: .venv/runtime requirements/test.txt
	$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

.venv/check: .venv/runtime requirements/check.txt
	$(PIP) install --require-hashes -r requirements/check.txt
	@touch $@

demo: .venv/runtime ## the whole river on the practice study, into demo/
	rm -rf $(DEMO)
	$(BIN)/romduol demo --out $(DEMO)

test: .venv/test .venv/programs ## every test; opens no connection
	$(BIN)/python -m pytest -n 2 --dist loadfile

# programs of Debian's that some tests look through; without them those tests are skipped
.venv/programs: .venv/bin/python
	@if command -v chromium >/dev/null && command -v tesseract >/dev/null; then true; \
	elif test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
	  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
	    --no-install-recommends chromium tesseract-ocr tesseract-ocr-khm >/dev/null; } \
	  || echo "Chromium or Tesseract could not be installed; what needs them is skipped."; \
	else echo "Chromium or Tesseract is not installed; what needs them is skipped."; fi
	@touch $@

mutations: .venv/test ## 10,000 damaged files through every reader and into books; prints its seed
	$(BIN)/python -m tests.mutation --count 10000

check: .venv/test .venv/check ## lint, types, layers, Khmer review list
	$(BIN)/ruff check src tests benchmarks training
	$(BIN)/ruff format --check src tests benchmarks training
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/house

docs: .venv/test ## write the pages that are made from the program
	$(BIN)/python tests/house/pages.py

attack: .venv/runtime ## two years of releases, attacked with the files alone, at three sizes
	$(BIN)/python -m benchmarks.releases

heads: .venv/runtime ## train the heads that ship, from the public sets beside the checkout; prints how well they do
	OMP_NUM_THREADS=1 $(BIN)/python -m training.heads --locked

leanings: .venv/runtime ## fit how the words of the lexicon lean; run `make heads` afterwards
	OMP_NUM_THREADS=1 $(BIN)/python -m training.heads_leanings

vectors: .venv/runtime ## weigh the sentence vectors anew beside the heads (needs the extra `vectors`)
	OMP_NUM_THREADS=1 $(BIN)/python -m training.vectors --again

bench: .venv/test .venv/peers ## measure against the peers; writes benchmarks/RESULTS.md
	ROMDUOL_PEERS=.venv/peers $(BIN)/python -m benchmarks

.venv/peers: .venv/bin/python benchmarks/peers.txt
	$(PYTHON) -m venv .venv/peers
	grep -v '^#' benchmarks/peers.txt | while read peer; do \
	  .venv/peers/bin/python -m pip --disable-pip-version-check --quiet install "$$peer" \
	    || echo "$$peer could not be installed; it is not measured."; \
	done

lock: .venv/bin/python ## renew the locks in requirements/
	$(PIP) install 'uv>=0.13'
	mkdir -p requirements
	for name in runtime test check; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-emit-index-url --no-annotate --upgrade \
	    $$(test $$name = runtime && echo pyproject.toml requirements/build.in || echo "--group $$name -c requirements/runtime.txt") \
	    -o requirements/$$name.txt; \
	done

clean: ## remove what was made here, books in other places excepted
	rm -rf .venv demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
