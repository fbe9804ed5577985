#!/usr/bin/env bash
# Reads a consumer stack's outputs from standard input, as "pulumi stack output --json" prints them, and waits until the
# service answers:
#
#   pulumi stack output --json --stack consumer | examples/consume-shell/wait-for-service.sh
#
# Run it on a machine that is among the clients. ATTEMPTS says how often it tries, every five seconds.
set -euo pipefail

# -e fails on null: an output that is missing stops here and not at curl.
url=$(jq --exit-status --raw-output '.url // error("there is no output url: is this a consumer stack with a TCP port?")')

for ((attempt = 1; attempt <= ${ATTEMPTS:-12}; attempt++)); do
  if curl --silent --show-error --fail --max-time 5 --output /dev/null "$url"; then
    echo "$url answers"
    exit 0
  fi
  if ((attempt < ${ATTEMPTS:-12})); then sleep "${PAUSE:-5}"; fi
done
echo "$url does not answer" >&2
exit 1
