#!/usr/bin/env bash
# Compares a stack with what is deployed, and writes into PREFIX.stack the stack, into
# PREFIX.drift whether there is a difference (true or false), and into PREFIX.txt the
# difference, for drift-report.js. What fails leaves no PREFIX.drift.
#
# Usage: drift.sh STACK PREFIX
set -euo pipefail

stack=$1
prefix=$2

# Pulumi's exit code for changes where none were expected.
readonly changed=7

mkdir -p "$(dirname "$prefix")"
status=0
pulumi preview --stack "$stack" --refresh --expect-no-changes --diff --non-interactive --color never \
  > "$prefix.txt" 2>&1 || status=$?
cat "$prefix.txt"

case "$status" in
  0) drift=false ;;
  "$changed") drift=true ;;
  *) exit "$status" ;;
esac
echo "$stack" > "$prefix.stack"
echo "$drift" > "$prefix.drift"
