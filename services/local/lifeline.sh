#!/bin/sh
# Ends the processes it was told of when whoever started it is gone, even by SIGKILL: standard input then closes.
# Lines: `watch <pid> <signal>` and `forget <pid>`.
trap '' INT TERM HUP
watched=' '
while read -r verb pid signal; do
  case $verb in
    watch) watched="$watched$pid:$signal " ;;
    forget) watched=$(printf '%s' "$watched" | sed "s/ $pid:[A-Z]* / /") ;;
  esac
done

for entry in $watched; do kill "-${entry#*:}" "${entry%:*}" 2>/dev/null; done
patience=100
for entry in $watched; do
  while [ $patience -gt 0 ] && kill -0 "${entry%:*}" 2>/dev/null; do
    sleep 0.1
    patience=$((patience - 1))
  done
  kill -KILL "${entry%:*}" 2>/dev/null
done
exit 0
