#!/bin/sh
# Create .venv and install RegimenKG into it: with uv if it is there, else with Python's own venv.
# With the word "developing", what the tests need is installed as well, in the locked versions.
# PYTHON=/path/to/python chooses the interpreter.
set -eu
cd "$(dirname "$0")/.."

stop() { # MESSAGE HINT
    echo "error: $1" >&2
    echo "hint: $2" >&2
    exit 1
}

usable() { # a Python of at least 3.11?
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

creates_environments() { # Debian and Ubuntu keep ensurepip in a package of its own
    [ "$has_uv" = yes ] || "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

install_line() { # the one line that installs Python here
    sudo="sudo "
    [ "$(id -u)" != 0 ] || sudo=""
    release=$(. /etc/os-release 2>/dev/null && echo "${ID:-}-${VERSION_ID:-}") || release=""
    if command -v apt-get >/dev/null 2>&1; then
        if [ -n "$incomplete" ]; then
            packages="${incomplete##*/}-venv" # python3.12 needs python3.12-venv
        elif [ "$release" = ubuntu-22.04 ]; then
            packages="python3.11 python3.11-venv"
        elif [ -n "$old" ]; then # this release has none that is newer, and uv brings its own
            [ "$has_uv" = yes ] && echo "uv python install 3.13" ||
                echo "curl -LsSf https://astral.sh/uv/install.sh | sh"
            return
        else
            packages="python3 python3-venv"
        fi
        echo "${sudo}apt-get update && ${sudo}apt-get install -y $packages"
    elif [ "$(uname)" = Darwin ]; then
        echo "brew install python@3.13"
    elif command -v dnf >/dev/null 2>&1; then
        echo "${sudo}dnf install -y python3.12"
    else
        echo "install Python 3.11 or newer with your system's package manager"
    fi
}

has_uv=no
if uv --version >/dev/null 2>&1; then has_uv=yes; fi

wanted=${1:-}
if [ -n "${PYTHON:-}" ]; then
    set -- "$PYTHON"
else
    set -- python3 python3.13 python3.12 python3.11 python3.14
fi
python="" incomplete="" old=""
for name; do
    if ! usable "$name"; then
        if "$name" -c "" >/dev/null 2>&1; then old=${old:-$name}; fi
        continue
    fi
    if creates_environments "$name"; then
        python=$name
        break
    fi
    incomplete=${incomplete:-$name}
done
if [ -z "$python" ] && [ -n "$incomplete" ]; then
    stop "$incomplete cannot create environments: its module ensurepip is missing" \
        "$(install_line)"
elif [ -z "$python" ] && [ -n "${PYTHON:-}" ]; then
    stop "PYTHON=$PYTHON is not Python 3.11 or newer" "name another, or leave PYTHON unset"
elif [ -z "$python" ] && [ "$has_uv" = no ]; then
    stop "no Python of version 3.11 or newer was found${old:+ ($old is older)}" "$(install_line)"
fi

# What another Python or an interrupted run has left behind is made anew.
if [ -e .venv ] && ! usable .venv/bin/python; then rm -rf .venv; fi
if [ "$has_uv" = no ] && [ -e .venv ] && ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    rm -rf .venv
fi
if [ ! -e .venv ]; then
    echo "creating .venv" >&2
    if [ "$has_uv" = no ]; then
        "$python" -m venv .venv || stop "$python could not create .venv" "read the lines above"
    else # without a Python of the system's, uv looks for its own, or fetches one
        uv venv --quiet --python "${python:->=3.11,<3.15}" .venv ||
            stop "uv could not create .venv" "if it found no Python: $(install_line)"
    fi
    pwd -P >.venv/place
fi

install() {
    if [ "$has_uv" = yes ]; then
        uv pip install --quiet --python .venv/bin/python "$@"
    else
        .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"
    fi || stop "RegimenKG could not be installed into .venv" \
        "read the lines above; installing needs the network, and a second try goes on from here"
}

echo "installing RegimenKG into .venv" >&2
if [ "$wanted" = developing ]; then
    install -r requirements/locked.txt
    install --no-deps --no-build-isolation -e .
else
    install -e .
fi
