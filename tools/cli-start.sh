#!/usr/bin/env bash
# How long a command of ./budget takes, with its file of classes and without:
#   tools/cli-start.sh [RUNS]
# Prints the median and the least of wall clock and of processor time (launcher and JVM together),
# in milliseconds. BUDGET_URL names a running Budget for status; the default is
# http://localhost:8013.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
runs=${1:-15}
[[ $runs =~ ^[1-9][0-9]{0,2}$ ]] || {
    echo "cli-start: RUNS: \"$runs\" (expected: 1 to 999)" >&2
    exit 2
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One run: wall clock and processor time of it in microseconds.
measure() {
    local TIMEFORMAT='%3R %3U %3S'
    { time "$here/budget" "$@" </dev/null >/dev/null 2>"$work/errors"; } 2>&1 |
        awk '{ printf "%d %d\n", $1 * 1000000, ($2 + $3) * 1000000 }'
}

# The median and the least of a column, in milliseconds.
figures() {
    sort -n -k "$2" "$1" | awk -v c="$2" '{ v[NR] = $c }
        END { printf "%6.0f %6.0f", v[int((NR + 1) / 2)] / 1000, v[1] / 1000 }'
}

# Builds it, and lets it write its file of classes.
"$here/budget" --help >/dev/null
for ((i = 0; i < 240; i++)); do
    [[ ! -f $here/cli/target/app/classes.aot ]] || break
    sleep 0.5
done
[[ -f $here/cli/target/app/classes.aot ]] || {
    echo "cli-start: no $here/cli/target/app/classes.aot after two minutes" >&2
    exit 1
}

commands=(--help config status)
if ! "$here/budget" status >/dev/null 2>"$work/status"; then
    echo "without status: $(head -1 "$work/status")" >&2
    commands=(--help config)
fi
# In turns, so that all see the same machine.
for ((i = 0; i < runs; i++)); do
    for command in "${commands[@]}"; do
        for cache in on off; do
            BUDGET_CLI_CACHE=$cache measure "$command" >>"$work/$command.$cache"
        done
    done
done
printf '%-10s %-6s %13s %13s\n' "$runs runs" cache "wall ms" "CPU ms"
printf '%-10s %-6s %6s %6s %6s %6s\n' command '' median least median least
for command in "${commands[@]}"; do
    for cache in on off; do
        printf '%-10s %-6s %s %s\n' "$command" "$cache" \
            "$(figures "$work/$command.$cache" 1)" "$(figures "$work/$command.$cache" 2)"
    done
done
