#!/usr/bin/env bash
# `engine.sh start|stop`: a Docker engine of the stage's own, at the socket that DOCKER_HOST names; all of its files lie in
# ENGINE_HOME. `stop` is a stop in order, as a machine that shuts down does it.
set -euo pipefail
pid_file=$ENGINE_HOME/pid

start() {
  dockerd --host "$DOCKER_HOST" --data-root "$ENGINE_HOME/data" --exec-root "$ENGINE_HOME/exec" --pidfile "$pid_file" \
    --storage-driver overlay2 --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "$CGROUP" >>"$ENGINE_HOME/log" 2>&1 &
  for _ in $(seq 300); do
    docker version >/dev/null 2>&1 && return
    kill -0 $! 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$ENGINE_HOME/log" >&2
  return 1
}

stop() {
  local pid
  pid=$(cat "$pid_file" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 300); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -9 "$pid"
}

"$1"
