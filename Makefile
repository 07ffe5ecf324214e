# Lossary. `make` alone lists what can be asked for.
PORT ?= 8501
ARGS ?=
BIN := .venv/bin
export PORT

.DEFAULT_GOAL := help
.PHONY: help run test walk lint format bench gallery clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## serve on http://localhost:8501 (another port: PORT=8600)
	@scripts/run.sh

test: ## run every test: units, pages, a real browser (more for pytest: ARGS="-k focal")
	@scripts/setup.sh requirements.txt requirements-dev.txt
	@scripts/browser.sh
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

walk: ## the long walks that `make test` leaves out
	@scripts/setup.sh requirements.txt requirements-dev.txt
	@scripts/browser.sh
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m walk $(ARGS)

lint: ## check format, style, types, the shell scripts and the Dockerfile
	@scripts/setup.sh requirements.txt requirements-dev.txt
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/shellcheck -x scripts/*.sh .ci/run
	$(BIN)/hadolint Dockerfile

format: ## rewrite the Python files in the house's format
	@scripts/setup.sh requirements.txt requirements-dev.txt
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: ## measure Lossary beside its peers, in one run
	@scripts/setup.sh requirements.txt requirements-dev.txt benchmarks/requirements.txt
	@scripts/browser.sh
	@$(BIN)/python -m benchmarks.run $(ARGS)

gallery: ## photograph every page, loss and scene into gallery/ (some: ARGS="focal scene-s9")
	@scripts/setup.sh requirements.txt requirements-dev.txt
	@scripts/browser.sh
	@$(BIN)/python -m tests.browser.gallery $(ARGS)

clean: ## remove caches, pictures and build outputs (.venv stays)
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis gallery build
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
