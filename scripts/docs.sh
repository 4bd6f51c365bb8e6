#!/bin/sh
# Builds the documentation into site/. The first time it installs the extra `docs`, which nothing else needs.
set -eu
cd "$(dirname "$0")/.."
python=".venv/bin/python"
if ! "$python" -c "import material, mkdocstrings" 2>/dev/null; then
    if command -v uv >/dev/null; then set -- uv pip install --python "$python"; else set -- "$python" -m pip install; fi
    "$@" --quiet --no-build-isolation -e ".[docs]"
fi
NO_MKDOCS_2_WARNING=1 "$python" -m mkdocs build --quiet
echo "open site/index.html"
