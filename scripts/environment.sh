#!/bin/sh
# Create .venv and install RegimenKG into it: with uv if it is there, else with Python's own venv.
# With the word "developing", what the tests need is installed as well, in the locked versions.
set -eu

usable() { # a Python of at least 3.11?
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

install_line() { # the one line that installs Python on this system
    if command -v apt-get >/dev/null 2>&1; then
        echo "sudo apt-get update && sudo apt-get install -y python3 python3-venv"
    elif command -v dnf >/dev/null 2>&1; then
        echo "sudo dnf install -y python3.12"
    elif command -v brew >/dev/null 2>&1 || [ "$(uname)" = Darwin ]; then
        echo "brew install python@3.13"
    else
        echo "install Python 3.11 or newer with your system's package manager"
    fi
}

stop() {
    echo "error: $1" >&2
    echo "hint: $(install_line)" >&2
    exit 1
}

python=${PYTHON:-}
for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if [ -z "$python" ] && usable "$name"; then python=$name; fi
done
[ -n "$python" ] || stop "no Python of version 3.11 or newer was found"
usable "$python" || stop "$python is not Python 3.11 or newer"

if [ -x .venv/bin/python ] && ! usable .venv/bin/python; then rm -rf .venv; fi

if command -v uv >/dev/null 2>&1; then
    [ -x .venv/bin/python ] || uv venv --quiet --python "$python" .venv
    install() { uv pip install --quiet --python .venv/bin/python "$@"; }
else
    if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
            stop "$python cannot create environments: its module ensurepip is missing"
        echo "creating .venv" >&2
        "$python" -m venv .venv || stop "$python could not create .venv"
    fi
    install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"; }
fi

echo "installing RegimenKG into .venv" >&2
if [ "${1:-}" = developing ]; then
    install -r requirements/locked.txt
    install --no-deps -e .
else
    install -e .
fi
