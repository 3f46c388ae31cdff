#!/usr/bin/env bash
# Checks the compose files and what they mount, as far as that goes without a container engine:
# syntax by the programs that will read it, and names against what the project has. Run after a
# build. A check whose program is missing is named and left out.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
failed=0

fault() {
    echo "compose: $1" >&2
    failed=1
}

with() {
    command -v "$1" >/dev/null && return
    echo "left out, as there is no $1: $2"
    return 1
}

if with docker-compose "the compose files as a whole"; then
    docker-compose config -q || fault "docker-compose.yml"
    docker-compose --profile monitoring --profile worker config -q || fault "the profiles"
    docker-compose -f docker-compose.yml -f docker-compose.single.yml config -q ||
        fault "docker-compose.single.yml"
fi
if with haproxy "docker/haproxy.cfg"; then
    haproxy -c -f docker/haproxy.cfg >/dev/null 2>&1 || fault "docker/haproxy.cfg"
fi
if with promtool "docs/prometheus-alerts.yml"; then
    promtool check rules docs/prometheus-alerts.yml >/dev/null || fault "docs/prometheus-alerts.yml"
fi

# Every variable is one that the README knows.
while read -r name; do
    grep -q "\`$name\`" README.md || fault "$name is set, and README.md does not know it"
done < <(grep -hoE '^ +(BUDGET|HERMES)_[A-Z_]+:|^ +KAFKA_BOOTSTRAP_SERVERS:' \
    docker-compose.yml docker-compose.single.yml | tr -d ' :' | sort -u)

# Every file that is mounted is there.
while read -r path; do
    [[ -e $path ]] || fault "$path is mounted, and is not there"
done < <(grep -oE '\./[A-Za-z0-9_./-]+:' docker-compose.yml | tr -d : | sort -u)

# Every main class is in a jar, where the Dockerfile takes the jars from.
jars=(standalone/target/app/lib/budget-*.jar)
if [[ -e ${jars[0]} ]]; then
    while read -r main; do
        python3 -c '
import sys, zipfile
name = sys.argv[1].replace(".", "/") + ".class"
sys.exit(not any(name in zipfile.ZipFile(jar).namelist() for jar in sys.argv[2:]))
' "$main" "${jars[@]}" ||
            fault "$main is started, and is in no jar of standalone/target/app/lib"
    done < <(grep -ohE 'tekton\.budget\.[A-Za-z.]+' docker-compose.yml Dockerfile | sort -u)
else
    echo "left out, as nothing is built: the main classes"
fi

# Every metric of the board and of the rules is documented.
while read -r metric; do
    base=$(sed -E 's/_(bucket|sum|count)$//' <<<"$metric")
    grep -q "\`$base\`" docs/metrics.md || fault "$metric is shown, and docs/metrics.md has it not"
done < <(grep -ohE '\bbudget_[a-z_]+' docker/grafana/dashboards/budget.json \
    docs/prometheus-alerts.yml | sort -u)

python3 -m json.tool docker/grafana/dashboards/budget.json >/dev/null || fault "the board is no JSON"

[[ $failed == 0 ]] || exit 1
echo "the compose files fit together"
