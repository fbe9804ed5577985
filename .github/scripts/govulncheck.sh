#!/usr/bin/env bash
# Looks for known vulnerabilities that the code of each module reaches: what it is, and what it pins as a tool. Where Go's
# vulnerability database can't be reached, says so and passes: nothing is known then. Takes Go, and GOVULNDB for another
# database than Go's.
set -euo pipefail
cd "$(dirname "$0")/../.."

bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
go build -C tools/govulncheck -o "$bin/" golang.org/x/vuln/cmd/govulncheck
if [ -n "${GOVULNDB:-}" ]; then
  set -- -db "$GOVULNDB"
fi

failed=0
while read -r module; do
  packages=./...
  if grep -q '^tool' "$module"; then
    packages=tool
  fi
  echo "== $module, $packages"
  status=0
  "$bin/govulncheck" -C "$(dirname "$module")" "$@" "$packages" > "$bin/said" 2>&1 || status=$?
  cat "$bin/said"
  # govulncheck ends with 3 where it found something, and with 1 for every error.
  if [ "$status" = 1 ] && grep -q '^govulncheck: fetching vulnerabilities' "$bin/said"; then
    echo "::warning::Not checked for vulnerabilities: the database can't be reached."
    exit
  elif [ "$status" != 0 ]; then
    failed=1
  fi
done < <(find . -name go.mod -not -path '*/node_modules/*' | sort)
exit "$failed"
