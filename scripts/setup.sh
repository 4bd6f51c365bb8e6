#!/bin/sh
# Build .venv from requirements.lock, and put this package into it. `make` calls this when it has to.
# Routes, first that works: uv; python3 -m venv; a bare venv filled by the pip of another Python.
set -eu
cd "$(dirname "$0")/.."
need="3.11"
venv=".venv"
stamp="$venv/.ready" # its date says which lock and pyproject.toml were installed

say() { printf '%s\n' "crosscurrents: $*" >&2; }
die() { say "$@"; exit 1; }
new_enough() { "$1" -c "import sys; sys.exit(sys.version_info < tuple(map(int, '$need'.split('.'))))" 2>/dev/null; }

find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if new_enough "$name"; then command -v "$name"; return; fi
    done
}

# A failed venv leaves half a directory behind, hence --clear everywhere.
create() {
    if [ -n "$uv" ]; then
        "$uv" venv --quiet --clear --python "${python:->=$need}" "$venv" && return
        say "uv could not make $venv; trying python3 -m venv"
        uv=""
    fi
    [ -n "$python" ] || die "needs Python $need or newer (python3 is $(python3 -V 2>&1 || true)); install it, or uv, and run make again"
    "$python" -m venv --clear "$venv" >/dev/null 2>&1 && return
    "$python" -m pip --version >/dev/null 2>&1 ||
        die "$python has neither ensurepip nor pip; install python3-venv (Debian, Ubuntu) or uv, and run make again"
    "$python" -m venv --clear --without-pip "$venv" || die "$python cannot make a virtual environment"
}

# Pinned and checked by hash; byte-code is compiled now, since imports are three times as slow without.
install() {
    if [ -n "$uv" ]; then
        "$uv" pip install --quiet --python "$venv/bin/python" --compile-bytecode --require-hashes -r requirements.lock &&
            "$uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation -e .
    elif "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        pip_install "$venv/bin/python" -m pip
    else
        pip_install "$python" -m pip --python "$venv/bin/python"
    fi
}

pip_install() {
    "$@" install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements.lock &&
        "$@" install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .
}

python="$(find_python)"
uv="$(command -v "${UV:-uv}" || true)"
if ! [ -e "$stamp" ] || ! new_enough "$venv/bin/python"; then
    say "setting up $venv, once (a minute or so)"
    create
fi
install || die "the libraries could not be installed; is the network there? Run make again when it is"
"$venv/bin/python" -m compileall -q lib || true # a report starts seven processes that import it

# JupyterLab asks nobody for news or newer versions: everything works offline.
settings="$venv/share/jupyter/lab/settings"
mkdir -p "$settings"
printf '%s\n' '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}' \
    >"$settings/overrides.json"
touch "$stamp"
