#!/bin/sh
# Everything that has to hold: lint, format, layers, types, tests and doctests. All of them run,
# whatever fails, and the seconds that each took are told; the tests come last, tell theirs, and name
# what they skipped. With REGIMENKG_REQUIRE=all a skip is a failure, and so is a coverage below that
# of pyproject.toml.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=""
took=""
check() { # NAME COMMAND...
    name=$1
    shift
    began=$(date +%s)
    "$@" || failed="$failed${failed:+, }$name"
    took="$took${took:+, }$name $(($(date +%s) - began)) s"
}
quietly() { # COMMAND... and what it prints only if it fails
    printed=$("$@" 2>&1) || { echo "$printed" >&2; return 1; }
}

# A user without a home, as machines have them, gets a cache here. The tests have a store of their
# own, built once before they start side by side.
cache=${XDG_CACHE_HOME:-${HOME:-}/.cache}
if ! mkdir -p "$cache" 2>/dev/null || [ ! -w "$cache" ]; then
    XDG_CACHE_HOME=$PWD/.venv/cache
    export XDG_CACHE_HOME
fi
# Some machines forbid Python to keep what it has compiled: each process that tests start would
# compile the package anew.
unset PYTHONDONTWRITEBYTECODE
REGIMENKG_STORE=${REGIMENKG_STORE:-$PWD/.venv/test-store}
export REGIMENKG_STORE
told=$(mktemp -d)
trap 'rm -rf "$told"' EXIT
$bin/mypy --no-error-summary >"$told/types" 2>&1 &
types=$!
check store $bin/regimenkg info >/dev/null

# An environment is made for the mappings, which mostly waits: all else goes on beside it.
coverage=""
mappings=""
if [ "${REGIMENKG_REQUIRE:-}" = all ]; then
    ${MAKE:-make} --silent mappings >"$told/mappings" 2>&1 &
    mappings=$!
    coverage="--cov --cov-report="
fi
check lint $bin/ruff check --quiet .
check format $bin/ruff format --quiet --check .
check layers quietly $bin/lint-imports --no-logo
check "types (the rest)" wait "$types"
cat "$told/types"

echo "took: $took"
if [ -n "$failed" ]; then echo "failed before the tests: $failed" >&2; fi
# One more than there are processors, since tests of servers and commands mostly wait.
workers=$($bin/python -c 'import os; print(min(4, (os.cpu_count() or 1) + 1))')
# shellcheck disable=SC2086 # no option, or two
check tests $bin/python -m pytest -q -n "$workers" --dist worksteal $coverage \
    --doctest-modules src/regimenkg tests
if [ -n "$mappings" ] && ! wait "$mappings"; then
    failed="$failed${failed:+, }mappings"
    cat "$told/mappings" >&2
    echo "failed beside the tests: mappings" >&2
fi
[ -z "$failed" ]
