# make demo   creates .venv, installs, builds the graph, asks the flagship question
# make test   all tests, doctests, lint and types; needs no root
# make bench  the figures of the README, measured here

.PHONY: demo test lint types bench lock clean

# An environment holds its own address: one that was moved or copied is made anew.
ifeq ($(shell [ -e .venv/place ] && [ "$$(cat .venv/place)" != "$$(pwd -P)" ] && echo moved),moved)
$(shell rm -rf .venv)
endif

demo: .venv/installed
	@.venv/bin/regimenkg demo --prefix .venv/bin/

test: .venv/developing
	@sh scripts/check.sh

lint: .venv/developing
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .

types: .venv/developing
	@.venv/bin/mypy

bench: .venv/developing
	@.venv/bin/python benchmarks/run.py

# The versions that `make test` installs: written anew from the ranges of pyproject.toml.
lock:
	@sh scripts/lock.sh

.venv/installed: pyproject.toml scripts/environment.sh
	@sh scripts/environment.sh
	@touch $@

.venv/developing: pyproject.toml requirements/locked.txt scripts/environment.sh
	@sh scripts/environment.sh developing
	@touch .venv/installed $@

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
