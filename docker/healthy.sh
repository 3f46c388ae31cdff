#!/usr/bin/env bash
# Whether GET $1 on this container's port answers 200. The image has no HTTP client; bash has TCP.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/${BUDGET_PORT:-8013}"
printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$1" >&3
read -r -t 3 _ status _ <&3
[[ $status == 200 ]]
