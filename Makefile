# Two commands matter: `make run` and `make test`.  Everything lives in .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: setup run test check fuzz format lock docs clean

setup: .venv/.complete

.venv/.complete: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

run: setup
	$(BIN)/thanhtra demo

test: setup
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(TESTS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Random and damaged formulas, packs and files for MINUTES; findings lie in var/fuzz.
MINUTES ?= 60
fuzz: setup
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES)

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	$(BIN)/uv pip compile pyproject.toml --group dev --extra spark --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --output-file requirements.lock

docs: setup
	$(BIN)/thanhtra docs

clean:
	rm -rf .venv var
