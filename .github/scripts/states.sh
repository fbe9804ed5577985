#!/usr/bin/env bash
# Puts the artifact stack-states into DIRECTORY: that of this run, or, where WORKFLOW names
# another workflow, that of its last successful run on BRANCH.
#
# Usage: states.sh DIRECTORY
set -euo pipefail

directory=$1
run=$GITHUB_RUN_ID
if [ -n "${WORKFLOW:-}" ]; then
  run=$(gh run list --workflow "$WORKFLOW" --branch "$BRANCH" --status success --limit 1 --json databaseId --jq '.[0].databaseId // empty')
  if [ -z "$run" ]; then
    echo "::error::The workflow $WORKFLOW has no successful run on $BRANCH, so there are no states to compare with."
    exit 1
  fi
fi
gh run download "$run" --name stack-states --dir "$directory"
