#!/usr/bin/env bash
# Compares a stack with what is deployed, writes the difference to FILE, and tells
# GitHub Actions by the output drift (true or false) whether there is one.
#
# Usage: drift.sh STACK FILE
set -euo pipefail

stack=$1
file=$2

# Pulumi's exit code for changes where none were expected.
readonly changed=7

status=0
pulumi preview --stack "$stack" --refresh --expect-no-changes --diff --non-interactive --color never \
  > "$file" 2>&1 || status=$?
cat "$file"

case "$status" in
  0) drift=false ;;
  "$changed") drift=true ;;
  *) exit "$status" ;;
esac
echo "drift=$drift" >> "$GITHUB_OUTPUT"
