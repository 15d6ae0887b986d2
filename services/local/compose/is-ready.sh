#!/usr/bin/env bash
# A container's health check: prints what /readyz at a port of this container says; exit code 0 if all is well. Without
# Node, whose start alone costs more than the answer.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET /readyz HTTP/1.0\r\n\r\n' >&3
read -r _ status _ <&3
while read -r line && [ "$line" != $'\r' ]; do :; done <&3
cat <&3
[ "$status" = 200 ]
