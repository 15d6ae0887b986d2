#!/usr/bin/env bash
# Everything a fresh machine needs before `npm start` or `npm test`: the packages that package-lock.json pins (Node 24
# among them), Java, and Kafka's jars. Runs on bash and Node >= 20 alone; says nothing when nothing is to do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

home=.datarun/kafka
pom=services/local/kafka/pom.xml
least_java=17

say() { printf '%s\n' "set-up: $*" >&2; }
give_up() { say "$*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

check_node() {
  if ! has node || ! has npm; then give_up 'Node.js 20 or newer with npm is needed: see https://nodejs.org'; fi
  local version
  version=$(node --version)
  version=${version#v}
  [ "${version%%.*}" -ge 20 ] || give_up "Node.js 20 or newer is needed, this is $version: see https://nodejs.org"
}

install_packages() {
  node services/local/packages-installed.js && return
  say 'installing the packages that package-lock.json pins (about half a minute)'
  npm ci --no-audit --no-fund --loglevel=error >&2
}

# What is built stays; nothing happens while its sources are the same. Where only the services are installed, no Vite is.
build_console() {
  [ ! -d node_modules/vite ] || node_modules/.bin/node services/console/build.ts ||
    give_up 'the console could not be built: see above'
}

java_version() { "$1" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1; }

# Prints the first Java that is new enough: the default one of the machine need not be.
find_java() {
  local java version
  for java in "${JAVA_HOME:-/nowhere}/bin/java" "$(command -v java || true)" /usr/lib/jvm/*/bin/java; do
    [ -x "$java" ] || continue
    version=$(java_version "$java")
    if [ -n "$version" ] && [ "$version" -ge "$least_java" ]; then
      printf '%s\n' "$java"
      return
    fi
  done
  return 1
}

# Names what is missing, as words of Debian's package list; Maven only counts while the jars are not there.
missing_packages() {
  find_java >/dev/null || printf 'java '
  jars_present || has mvn || printf 'maven '
}

jars_present() { cmp -s "$pom" "$home/libs/pom.xml"; }

install_java_and_maven() {
  local missing names output
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ] || ! has apt-get; then
    give_up "embedded Kafka needs Java >= $least_java and Maven, and this machine lacks: ${missing% }." \
      'Install them with your package manager (Debian: sudo apt-get install default-jre-headless maven),' \
      'or run everything in containers: docker compose up (see docker-compose.yml).'
  fi
  say "installing with apt: $missing(for embedded Kafka; about a minute)"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null 2>&1 || say 'apt-get update failed; going on with the package lists at hand'
  mapfile -t names < <(apt_names "$missing")
  output=$(apt-get install -y -qq --no-install-recommends "${names[@]}" 2>&1) ||
    give_up "apt could not install ${names[*]}; do it by hand, or run docker compose up. It said: $output"
  find_java >/dev/null || give_up "apt's Java is older than $least_java: install a newer one, or run docker compose up"
}

# Turns the words of missing_packages into names that this release of the system has.
apt_names() {
  local word version
  for word in $1; do
    case $word in
      maven) echo maven ;;
      java)
        for version in 21 25 17; do
          if apt_has "openjdk-$version-jre-headless"; then
            echo "openjdk-$version-jre-headless"
            continue 2
          fi
        done
        echo default-jre-headless
        ;;
    esac
  done
}

apt_has() { [ -n "$(LC_ALL=C apt-cache policy "$1" | sed -n 's/^ *Candidate: \([0-9].*\)/\1/p')" ]; }

# Copied aside and moved in one step, so that an interrupted download is never taken for a whole one. pom.xml is the stamp.
fetch_kafka() {
  jars_present && return
  say "fetching Kafka's jars with Maven (54 MB, once)"
  rm -rf "$home/libs" "$home/libs.part"
  local java output
  java=$(readlink -f "$(find_java)")
  output=$(JAVA_HOME=${java%/bin/java} mvn -B -q -f "$pom" dependency:copy-dependencies \
    -DoutputDirectory="$PWD/$home/libs.part" 2>&1) ||
    give_up "Maven could not fetch Kafka's jars (docker compose up is the other way). It said: $output"
  cp "$pom" "$home/libs.part/pom.xml"
  mv "$home/libs.part" "$home/libs"
}

check_node
install_packages
build_console
# Tests that run in containers need no Java here.
[ "${TEST_BACKEND:-}" != containers ] || exit 0
# Others may enter, not list: as root, PostgreSQL runs as a user of its own and keeps its data below.
mkdir -p "$home"
[ -w "$home" ] || give_up "$PWD/.datarun belongs to another user: remove it, or give it to $(id -un) with chown -R"
[ "$(id -u)" != 0 ] || chmod 0711 .datarun
install_java_and_maven
fetch_kafka
find_java >"$home/java"
