#!/bin/sh
# Everything that has to hold: lint, format, types, tests and doctests. All of them run, whatever
# fails; the tests come last and name what they skipped. With REGIMENKG_REQUIRE=all a skip is a
# failure.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=""
check() { # NAME COMMAND...
    name=$1
    shift
    "$@" || failed="$failed${failed:+, }$name"
}

check lint $bin/ruff check --quiet .
check format $bin/ruff format --quiet --check .
check types $bin/mypy --no-error-summary

# A user without a home, as machines have them, gets a cache here. The tests have a store of their
# own, built once before they start side by side.
cache=${XDG_CACHE_HOME:-${HOME:-}/.cache}
if ! mkdir -p "$cache" 2>/dev/null || [ ! -w "$cache" ]; then
    XDG_CACHE_HOME=$PWD/.venv/cache
    export XDG_CACHE_HOME
fi
REGIMENKG_STORE=${REGIMENKG_STORE:-$PWD/.venv/test-store}
export REGIMENKG_STORE
check store $bin/regimenkg info >/dev/null
if [ "${REGIMENKG_REQUIRE:-}" = all ]; then
    check mappings ${MAKE:-make} --silent mappings
fi
if [ -n "$failed" ]; then echo "failed before the tests: $failed" >&2; fi
check tests $bin/python -m pytest -q -n auto --maxprocesses 4 --dist worksteal \
    --doctest-modules src/regimenkg tests
[ -z "$failed" ]
