#!/usr/bin/env bash
# A container's health check, with nothing but bash.
#
#   healthy.sh PATH [PORT]   whether GET PATH on this container answers 200
#   healthy.sh --kafka       whether a process of this container is connected to a Kafka broker:
#                            what can be seen of a role that has no port
set -euo pipefail

# Opens, asks and reads one line; Docker ends it if that takes too long.
answers() {
    local path=$1 port=$2 status
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf 'GET %s HTTP/1.0\r\nHost: localhost:%s\r\n\r\n' "$path" "$port" >&3
    read -r -t 4 status <&3
    [[ $status =~ ^HTTP/1\.[01]\ 200 ]] || {
        echo "$path: $status"
        return 1
    }
}

# The ports of the brokers that are known at the start, as /proc writes them.
broker_ports() {
    local server
    for server in ${KAFKA_BOOTSTRAP_SERVERS//,/ }; do
        printf '%04X\n' "${server##*:}"
    done
}

connected() {
    local ports table remote state
    ports=$(broker_ports)
    for table in /proc/net/tcp /proc/net/tcp6; do
        [[ -r $table ]] || continue
        # State 01 is an established connection.
        while read -r _ _ remote state _; do
            if [[ $state == 01 && $'\n'$ports$'\n' == *$'\n'${remote##*:}$'\n'* ]]; then
                return 0
            fi
        done <"$table"
    done
    echo "no connection to Kafka at $KAFKA_BOOTSTRAP_SERVERS"
    return 1
}

case ${1:-} in
    --kafka) connected ;;
    /*) answers "$1" "${2:-${BUDGET_PORT:-8013}}" ;;
    *)
        echo "usage: $0 PATH [PORT] | --kafka" >&2
        exit 2
        ;;
esac
