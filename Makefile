# Two commands matter: `make run` and `make test`.  Everything lives in .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: setup run test check fuzz bench bench-small bench-growth bench-memory format lock docs clean

setup: .venv/.complete

.venv/.complete: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

run: setup
	$(BIN)/thanhtra demo

test: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Random and damaged formulas, packs and files for MINUTES; findings lie in var/fuzz.
MINUTES ?= 60
fuzz: setup
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES)

# The rules engine beside its peers, which live in .venv-bench; ledgers lie in var/bench.
# Run it on a quiet machine: `bench` takes some 20 minutes, `bench-small` is for every night.
BENCH := .venv-bench/bin/python -m tests.bench
bench: .venv-bench/.complete
	$(BENCH) --rows 10000000 --repeats 3

bench-small: .venv-bench/.complete
	$(BENCH) --rows 1000000 --repeats 3

bench-growth: .venv-bench/.complete
	$(BENCH) --growth 1000000,10000000,50000000 --repeats 1

bench-memory: .venv-bench/.complete
	$(BENCH) --limit-memory --rows 10000000

.venv-bench/.complete: tests/bench/requirements.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	$(BIN)/uv pip compile pyproject.toml --group dev --extra spark --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --output-file requirements.lock

docs: setup
	$(BIN)/thanhtra docs

clean:
	rm -rf .venv .venv-bench var
