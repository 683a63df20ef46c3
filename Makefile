# Mabar.  On a machine with only Python 3.11, git and make:  make demo  shows it,  make test  proves it.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench mutants soak translations diagrams clean
BIN := .venv/bin
KILLS := 20
MOVEMENTS := 100000
SOURCES := pyproject.toml hatch_build.py tools/set_up
WORDS := $(shell find src/mabar -name '*.po')

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ok ## install everything that running, testing and checking need

demo: .venv/run .venv/words ## open a day at Debdeb and Ghadames in the browser; Ctrl-C stops it
	$(BIN)/mabar demo

test: .venv/ok .venv/words ## run the whole suite on SQLite, then its database tests on PostgreSQL
	$(BIN)/python -m tools.run_tests

check: .venv/ok .venv/words ## lint, types, layers, translations, migrations: what must hold before a change is shown
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/translations.py check
	$(BIN)/python tools/state_diagrams.py --check
	$(BIN)/python tools/desk_words.py --check
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m django makemigrations --check --dry-run

format: .venv/ok ## bring the code into its one form
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: .venv/ok .venv/words ## measure each claim of speed and memory, as a ratio against its limit
	$(BIN)/python -m bench

mutants: .venv/ok .venv/words ## break rules, commands and messages in 200 places and count what the tests notice
	tools/set_up postgresql,papers,test,check,mutants
	$(BIN)/python tools/mutants.py

soak: .venv/ok .venv/words ## kill working nodes, and cut their power; look for an act or a receipt that is gone
	$(BIN)/python -m tools.soak
	$(BIN)/python -m tools.soak_exchange --kills $(KILLS)
	$(BIN)/python -m tools.soak_exchange --kills $(KILLS) --database postgresql
	$(BIN)/python -m tools.soak_exchange --kills $(KILLS) --power
	! $(BIN)/python -m tools.soak_exchange --power --plant synchronous-off
	$(BIN)/python -m tools.soak_transit --movements $(MOVEMENTS)
	$(BIN)/python -m pytest --soak

translations: .venv/ok ## add new page words to the catalogues, drop those no page uses, compile
	$(BIN)/python tools/translations.py update
	$(BIN)/python tools/translations.py compile

diagrams: .venv/ok ## print states and the words of each desk into the documents
	$(BIN)/python tools/state_diagrams.py
	$(BIN)/python tools/desk_words.py

clean: ## remove what was built here; the demo's node too
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist mutants demo-node demo-node.recovery.key
	find src -name '*.mo' -delete

# Running needs less than testing; `make demo` on a slow link should not wait for a type checker.
.venv/run: $(SOURCES)
	tools/set_up postgresql,papers
	@touch $@

.venv/ok: $(SOURCES)
	tools/set_up postgresql,papers,test,check
	@touch $@ .venv/run

.venv/words: $(WORDS) | .venv/run
	$(BIN)/python tools/translations.py compile
	@touch $@
