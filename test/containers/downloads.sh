#!/usr/bin/env bash
# What the container stage takes from package registries, as the machine itself is set up for them: an engine by apt,
# Compose, the files of a small Debian, and Kafka's logging. Kept under .datarun/containers: a second run downloads nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

home=$PWD/.datarun/containers
release=trixie
say() { printf '%s\n' "containers: $*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }

# The mirror that this machine's own packages come from.
mirror() { apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' 'Component: main' | head -n 1; }

install_engine() {
  local wanted=()
  has dockerd && has docker || wanted+=(docker.io)
  has iptables || wanted+=(iptables)
  has debootstrap || wanted+=(debootstrap)
  has slirp4netns || wanted+=(slirp4netns)
  has ip || wanted+=(iproute2)
  has mvn || wanted+=(maven)
  [ ${#wanted[@]} -gt 0 ] || return 0
  say "installing with apt: ${wanted[*]}"
  # The engine must not come up by itself: its usual socket would turn every later `npm test` to containers.
  local policy=/usr/sbin/policy-rc.d made=''
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && made=yes; }
  apt-get update -qq >/dev/null 2>&1 || say 'apt-get update failed; going on with the package lists at hand'
  local failed=''
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >"$home/apt.log" 2>&1 || failed=yes
  [ -z "$made" ] || rm "$policy"
  [ -z "$failed" ] || { cat "$home/apt.log" >&2; return 1; }
  # A package of its own from Debian 13 on.
  has docker || apt-get install -y -qq --no-install-recommends docker-cli >>"$home/apt.log" 2>&1
}

# Debian 12 has Compose 1 alone. The program of the next release runs on it; nothing else of that release is installed.
fetch_compose() {
  local plugin=$home/docker/cli-plugins/docker-compose
  [ ! -x "$plugin" ] || return 0
  say 'fetching Compose'
  local lists=$home/lists
  rm -rf "$lists" && mkdir -p "$lists/state/lists/partial" "$lists/cache/archives/partial" "${plugin%/*}"
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$(mirror)" "$release" >"$lists/sources"
  local apt=(apt-get -qq -o "Dir::State=$lists/state" -o "Dir::Cache=$lists/cache" -o "Dir::Etc::sourcelist=$lists/sources"
    -o Dir::Etc::sourceparts=- -o APT::Sandbox::User=root)
  "${apt[@]}" update
  (cd "$lists" && "${apt[@]}" download docker-compose)
  dpkg-deb --fsys-tarfile "$lists"/docker-compose_*.deb | tar -xO ./usr/libexec/docker/cli-plugins/docker-compose >"$plugin.part"
  chmod 755 "$plugin.part" && mv "$plugin.part" "$plugin"
  rm -rf "$lists"
}

fetch_debian() {
  [ ! -f "$home/debian.tar" ] || return 0
  say "fetching a small Debian ($release; half a minute)"
  rm -rf "$home/debian" && mkdir -p "$home/debian"
  debootstrap --variant=minbase --include=openjdk-21-jre-headless,postgresql-client-17,gosu,libatomic1,openssh-server,ca-certificates \
    "$release" "$home/debian" "$(mirror)" >"$home/debootstrap.log" 2>&1 || { tail -n 20 "$home/debootstrap.log" >&2; return 1; }
  rm -rf "$home"/debian/var/cache/apt/archives/*.deb "$home"/debian/var/lib/apt/lists/*
  tar -C "$home/debian" -cf "$home/debian.tar.part" . && mv "$home/debian.tar.part" "$home/debian.tar"
  rm -rf "$home/debian"
}

# The image of Kafka logs by log4j, and so tests of its log levels need it; services/local has the simpler slf4j-simple.
fetch_logging() {
  ! cmp -s test/containers/images/logging.xml "$home/logging/pom.xml" || return 0
  rm -rf "$home/logging"
  mvn -B -q -f test/containers/images/logging.xml dependency:copy-dependencies -DoutputDirectory="$home/logging" >&2
  cp test/containers/images/logging.xml "$home/logging/pom.xml"
}

mkdir -p "$home"
install_engine
fetch_compose
fetch_debian
fetch_logging
