#!/bin/sh
# Everything that has to hold: lint, format, types, tests and doctests. Skips are named at the end;
# with REGIMENKG_REQUIRE=all a skip is a failure.
set -eu
bin=.venv/bin
$bin/ruff check --quiet .
$bin/ruff format --quiet --check .
$bin/mypy --no-error-summary
REGIMENKG_STORE=${REGIMENKG_STORE:-$PWD/.venv/test-store}
export REGIMENKG_STORE
$bin/regimenkg info >/dev/null
$bin/python -m pytest -q -n 2 --dist worksteal --doctest-modules src/regimenkg loaders tests
