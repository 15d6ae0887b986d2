#!/usr/bin/env bash
# `npm run test:containers`: docker compose up as a user runs it, and three test files through testcontainers, on a Docker
# engine of the stage's own and on stand-ins for the images. Root on Debian alone; elsewhere one line says that it was left out.
# Everything lives in namespaces of its own: no bridge, rule, mount, port or process of it is the machine's, and nothing
# outlives it. Ends with one line of counts, as the other stages.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

leave_out() {
  printf 'Left out, as %s: test/containers\n0 passed, 0 failed, 1 skipped\n' "$1"
  exit 0
}
[ "$(id -u)" = 0 ] || leave_out 'only root can start a container engine'
{ [ -f /etc/debian_version ] && command -v apt-get >/dev/null; } || leave_out 'the engine comes from packages of Debian'
[ -c /dev/net/tun ] || leave_out 'this machine has no /dev/net/tun'
unshare --net --mount --pid --fork true 2>/dev/null || leave_out 'this machine allows no namespaces'

give_up() {
  printf 'containers: %s\n0 passed, 1 failed\n' "$1"
  exit 1
}
bash test/containers/downloads.sh || give_up 'what the stage runs on could not be fetched'

# The path of a socket is at most 107 characters long.
sockets=$(mktemp -d /tmp/datarun-containers-XXXXXX)
export ENGINE_HOME=$PWD/.datarun/containers/engine-$$ DOCKER_HOST=unix://$sockets/docker.sock DOCKER_CONFIG=$PWD/.datarun/containers/docker
unset DOCKER_CONTEXT DOCKER_TLS_VERIFY
# The build of the image asks the same registry of npm as this machine.
NPM_CONFIG_REGISTRY=$(npm config get registry)
export NPM_CONFIG_REGISTRY
# Processes of other namespaces seem dead in there, and what they keep in /tmp would be cleared away as left behind.
export TMPDIR=$ENGINE_HOME/tmp
mkdir -p -m 1777 "$TMPDIR"

clean_up() {
  trap '' INT TERM
  # With the first process of a PID namespace all others end; unshare itself minds no gentler signal.
  [ -z "$inside" ] || kill -9 "$inside" 2>/dev/null
  [ -z "$network" ] || kill "$network" 2>/dev/null
  wait
  find /sys/fs/cgroup -depth -type d -path "*/datarun-containers-$$*" -exec rmdir {} + 2>/dev/null
  for _ in 1 2 3; do rm -rf "$ENGINE_HOME" "$sockets" && break; sleep 1; done
}
inside='' network=''
trap clean_up EXIT
trap 'exit 143' INT TERM

export CGROUP=/datarun-containers-$$
unshare --net --mount --pid --fork --kill-child --mount-proc bash test/containers/inside.sh &
inside=$!
until [ "$(readlink "/proc/$inside/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
slirp4netns --configure --mtu=65520 --disable-host-loopback --netns-type=path "/proc/$inside/ns/net" tap0 >"$ENGINE_HOME/network.log" 2>&1 &
network=$!
wait "$inside"
