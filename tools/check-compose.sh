#!/usr/bin/env bash
# Checks the Dockerfile, the compose files and what they mount, without a Docker engine: each thing
# that they name must be there. No arguments. After a build (mvn package) it also looks into the
# jars. What a missing tool cannot check is said and passed over; exit code 1 when something is wrong.
set -euo pipefail
shopt -s extglob

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
lib=standalone/target/app/lib
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    echo "  wrong: $1"
    failures=$((failures + 1))
}

skip() {
    echo "  not checked: $1"
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# Writes the project as Compose understands it, with all profiles, to a file.
#   resolve FILE COMPOSE_FILE...
resolve() {
    local out=$1 file
    shift
    local files=()
    if docker compose version >/dev/null 2>&1; then
        for file; do files+=(-f "$file"); done
        docker compose --profile '*' "${files[@]}" config >"$out"
    else
        # Compose 1 knows nearly all of it, but no name of the project.
        for file; do
            grep -v '^name:' "$file" >"$work/$file"
            files+=(-f "$work/$file")
        done
        docker-compose --project-directory . "${files[@]}" config >"$out"
    fi
}

echo "Compose files"
if docker compose version >/dev/null 2>&1 || has docker-compose; then
    resolve "$work/three.yml" docker-compose.yml || fail "docker-compose.yml"
    resolve "$work/single.yml" docker-compose.yml docker-compose.single.yml ||
        fail "docker-compose.single.yml over docker-compose.yml"
else
    skip "whether Compose takes them: there is neither docker compose nor docker-compose"
fi

echo "What they name"
# Prints the words that the checks below ask about: kind, a tab, the word.
if has python3 && python3 -c 'import yaml' 2>/dev/null; then
    python3 tools/compose_names.py docker-compose.yml docker-compose.single.yml >"$work/names" ||
        fail "the compose files are not what is expected of them"
else
    skip "names, files and limits: python3 with its yaml module is missing"
    : >"$work/names"
fi

# Names of one kind.
named() {
    awk -F '\t' -v kind="$1" '$1 == kind { print $2 }' "$work/names" | sort -u
}

while IFS= read -r problem; do
    fail "$problem"
done < <(named problem)

while IFS= read -r file; do
    [[ -f $file ]] || fail "$file is mounted and does not exist"
done < <(named file)

# The load balancer's servers and Prometheus' targets are services.
if [[ -s $work/names ]]; then
    while IFS= read -r host; do
        named service | grep -qx "$host" || fail "$host is asked for and is no service"
    done < <({
        sed -n 's/^ *server [^ ]* \([^:]*\):.*/\1/p' docker/haproxy.cfg
        grep -o '"[a-z0-9-]*:[0-9]*"' docker/prometheus.yml | tr -d '"' | cut -d : -f 1
    } | sort -u)
fi

# What the Dockerfile takes from here must exist, and reach it past .dockerignore.
while IFS= read -r file; do
    [[ -x $file ]] || fail "$file is no program, and the Dockerfile copies it"
    grep -qxF "!$file" .dockerignore || fail "$file is kept away by .dockerignore"
done < <(grep '^COPY' Dockerfile | grep -o 'docker/[^ ]*\.sh')

# Maven reads the pom of every module, whichever it builds.
while IFS= read -r module; do
    for path in "$module/pom.xml" "$module/src/main"; do
        [[ ! -e $path ]] || grep -qxF "!$path" .dockerignore ||
            fail "$path is kept away by .dockerignore"
    done
done < <(sed -n 's#.*<module>\(.*\)</module>.*#\1#p' pom.xml)

# The tables of docs/configuration.md.
# shellcheck disable=SC2016 # these are backquotes of Markdown
known=$(grep '^|' docs/configuration.md | cut -d '|' -f 2 |
    grep -o '`[A-Z_]*`' | tr -d '`')
while IFS= read -r variable; do
    grep -qx "$variable" <<<"$known" ||
        fail "$variable is set for Budget, and docs/configuration.md does not have it"
done < <(named variable)

echo "Jars"
if compgen -G "$lib/budget-*.jar" >/dev/null; then
    own=("$lib"/budget-*.jar)
    all=("$lib"/*.jar)
    ((${#own[@]} < ${#all[@]})) || fail "$lib has only Budget's own jars"
    for jar in "${own[@]}"; do
        unzip -l "$jar" | awk '/\.class$/ { print $4 }'
    done >"$work/classes"
    while IFS= read -r main; do
        grep -qxF "${main//./\/}.class" "$work/classes" ||
            fail "$main is started and in none of Budget's jars"
    done < <({
        named main
        sed -n 's/^CMD \["\(tekton[^"]*\)"\]$/\1/p' Dockerfile
    } | sort -u)
    for jar in "${all[@]}"; do
        [[ $(basename "$jar") == budget-* ]] ||
            ! unzip -l "$jar" | grep -q ' tekton/budget/' ||
            fail "$jar is Budget's own and would be in the layer of libraries"
    done
else
    skip "main classes and the layout that the Dockerfile takes: there is no $lib (mvn package)"
fi

echo "The broker's properties"
# shellcheck source=tools/jdk.sh
source tools/jdk.sh
if compgen -G "$lib/kafka_2.13-*.jar" >/dev/null && jdk=$(find_jdk); then
    "$jdk/bin/java" -cp "$lib/*" tools/BrokerPropertyNames.java >"$work/properties"
    while IFS= read -r property; do
        grep -qx "$property" "$work/properties" || fail "Kafka has no property $property"
    done < <(named property)
else
    skip "the brokers' settings: a JDK 25 and the built jars are needed"
fi

echo "Metrics"
# All names of docs/metrics.md; a histogram has more, by their endings.
# shellcheck disable=SC2016 # these are backquotes of Markdown
grep -o '`\(budget\|jvm\|process\|system\)_[a-z0-9_]*`' docs/metrics.md | tr -d '`' | sort -u \
    >"$work/metrics"
for file in docker/grafana/budget.json docs/prometheus-alerts.yml; do
    while IFS= read -r metric; do
        grep -qx "$metric" "$work/metrics" ||
            grep -qx "${metric%_@(bucket|sum|count|max)}" "$work/metrics" ||
            fail "$file asks for $metric, which docs/metrics.md does not have"
    done < <(grep -o '\b\(budget\|jvm\|process\|system\)_[a-z0-9_]*' "$file" | sort -u)
done
if has promtool; then
    sed 's#/etc/prometheus/budget-alerts.yml#'"$root"'/docs/prometheus-alerts.yml#' \
        docker/prometheus.yml >"$work/prometheus.yml"
    promtool check config "$work/prometheus.yml" >"$work/promtool" 2>&1 ||
        fail "Prometheus: $(tail -n 3 "$work/promtool")"
    {
        printf 'groups: [{name: board, rules: [\n'
        sed -n 's/^ *"expr": \(".*"\),$/\1/p' docker/grafana/budget.json |
            sed "s/\\\$__rate_interval/5m/g" | awk '{ print "{record: query_" NR ", expr: " $0 "}," }'
        printf ']}]\n'
    } >"$work/board.yml"
    promtool check rules "$work/board.yml" >"$work/promtool" 2>&1 ||
        fail "queries of the board: $(cat "$work/promtool")"
else
    skip "the syntax of queries and of docker/prometheus.yml: there is no promtool"
fi

echo "The load balancer"
if has haproxy; then
    haproxy -c -f docker/haproxy.cfg >"$work/haproxy" 2>&1 ||
        fail "docker/haproxy.cfg: $(grep ALERT "$work/haproxy")"
else
    skip "docker/haproxy.cfg: there is no haproxy"
fi

echo "Scripts"
if has shellcheck; then
    shellcheck -x docker/*.sh tools/*.sh run_budget.sh budget || fail "shellcheck has something to say"
else
    skip "the scripts: there is no shellcheck"
fi

if ((failures > 0)); then
    echo "$failures wrong"
    exit 1
fi
echo "Nothing wrong was found"
