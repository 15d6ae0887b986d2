#!/usr/bin/env bash
# What run.sh runs in the namespaces: the engine, the images, the tests. The last line adds up the counts of both runs.
set -uo pipefail

fail() {
  printf 'containers: %s\n0 passed, 1 failed\n' "$1"
  exit 1
}
wait_for_network() {
  for _ in $(seq 100); do
    ip -4 address show dev tap0 2>/dev/null | grep -q inet && return
    sleep 0.1
  done
  return 1
}
stop() { bash test/containers/engine.sh stop; }

ip link set lo up
wait_for_network || fail 'no network came up'
# As docs/operators.md says to programs of the machine.
printf '127.0.0.1 localhost identity.localhost exchange.localhost\n' >"$ENGINE_HOME/hosts"
mount --bind "$ENGINE_HOME/hosts" /etc/hosts
trap stop EXIT
bash test/containers/engine.sh start || fail 'the engine did not come up'
echo "containers: building the stand-ins" >&2
bash test/containers/images.sh || fail 'the stand-in images could not be built'

counts=''
# Shows a run without its line of counts, which is kept.
run() {
  local output
  output=$(mktemp)
  node test/run.ts "$@" | tee "$output" | sed '$d'
  counts+=$(tail -n 1 "$output")$'\n'
  rm "$output"
}
echo "containers: docker compose up, from nothing to nothing" >&2
run --stage containers
export TEST_BACKEND=containers TESTCONTAINERS_RYUK_DISABLED=true
run test/faults/kafka-killed test/faults/postgres-killed test/journeys/records-and-consents

printf '%s' "$counts" | awk '/^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3; skipped += $5; read++ }
  END { if (read < 2) failed++; printf "%d passed, %d failed%s\n", passed, failed, (skipped ? ", " skipped " skipped" : ""); exit failed > 0 }'
