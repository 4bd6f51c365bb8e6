#!/bin/sh
# Prints the pages of a published report: pdf.sh FOLDER writes FOLDER/../pdf/PAGE.pdf, by Chromium.
set -eu
run="$(cd "$1" && pwd -P)"
browser=""
for name in chromium chromium-browser google-chrome; do
    [ -n "$browser" ] || browser="$(command -v "$name" || true)"
done
[ -n "$browser" ] || { echo "printing needs Chromium, which is not on the path" >&2; exit 2; }
profile="$(mktemp -d)"
trap 'rm -rf "$profile"' EXIT
out="$(dirname "$run")/pdf"
mkdir -p "$out"
for page in "$run"/*.html; do
    pdf="$out/$(basename "$page" .html).pdf"
    # --no-sandbox: Chromium refuses to run as root without; the pages are ours and run no script but theirs.
    "$browser" --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
        --user-data-dir="$profile" --no-pdf-header-footer --generate-pdf-document-outline \
        --print-to-pdf="$pdf.new" "file://$page" 2>"$profile/said" || { cat "$profile/said" >&2; exit 1; }
    mv "$pdf.new" "$pdf"
    echo "$pdf"
done
