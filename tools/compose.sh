#!/usr/bin/env bash
# Docker Compose of this project, also with Compose 1.29, which Debian 12 has and which knows
# neither the project's name nor --wait.
#
#   tools/compose.sh up          builds, starts, and returns when port 8013 is ready
#   tools/compose.sh ARGUMENT... goes to Compose as it is: ps, logs, stop, down, down -v
#
# COMPOSE_FILE names the files, as for Compose itself; WAIT_SECONDS bounds the wait (300).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
wait_seconds=${WAIT_SECONDS:-300}

if docker compose version >/dev/null 2>&1; then
    if [[ ${1:-} == up ]]; then
        shift
        exec docker compose up --wait --wait-timeout "$wait_seconds" "$@"
    fi
    exec docker compose "$@"
fi
command -v docker-compose >/dev/null || {
    echo "Docker Compose is needed: docker compose 2.20 or newer, or docker-compose 1.29" >&2
    exit 1
}

# Compose 1 refuses the line; the last file's name counts, as with Compose 2.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
files=()
project=
IFS=: read -r -a sources <<<"${COMPOSE_FILE:-docker-compose.yml}"
for source in "${sources[@]}"; do
    grep -v '^name:' "$source" >"$work/$(basename "$source")"
    project=$(sed -n 's/^name: *//p' "$source" | grep . || echo "$project")
    files+=(-f "$work/$(basename "$source")")
done
unset COMPOSE_FILE

compose() {
    # BuildKit, for the Dockerfile's cache and file modes. Compatibility makes replicas count.
    COMPOSE_DOCKER_CLI_BUILD=1 DOCKER_BUILDKIT=1 docker-compose --compatibility \
        --project-directory "$root" -p "$project" "${files[@]}" "$@"
}

if [[ ${1:-} != up ]]; then
    compose "$@"
    exit
fi
shift
compose up -d "$@"
door=$(compose port load-balancer 8013)
end=$((SECONDS + wait_seconds))
until curl -fsS -o /dev/null "http://$door/ready" 2>/dev/null; do
    if ((SECONDS >= end)); then
        compose ps
        echo "Port 8013 was not ready within $wait_seconds s; see: tools/compose.sh logs" >&2
        exit 1
    fi
    sleep 1
done
