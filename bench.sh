#!/usr/bin/env bash
# Drives Budget under load and under crashes: ./bench.sh --help. Builds first if needed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
app=$root/bench/target/app
log=$root/target/bench-build.log

die() {
    echo "$1" >&2
    exit 1
}

# shellcheck source=tools/jdk.sh
source "$root/tools/jdk.sh"

# Whether there is no bench, or something it is made from is newer.
must_build() {
    [[ -n $(find "$app/lib" -name 'budget-bench-*.jar' -print -quit 2>/dev/null) ]] || return 0
    [[ -n $(find "$root/pom.xml" "$root/bench/pom.xml" "$root/core/pom.xml" \
        "$root/kafka-runtime/pom.xml" "$root/kafka-runtime/src/main" \
        "$root/bench/src/main" "$root/core/src/main" \
        -newer "$(find "$app/lib" -name 'budget-bench-*.jar' -print -quit)" -print -quit) ]]
}

jdk=$(find_jdk) || die "JDK 25 is needed: install it (https://adoptium.net) or set JAVA_HOME to it"
if must_build; then
    command -v mvn >/dev/null || die "Maven is needed to build: install Maven 3.8 or newer"
    mkdir -p "$root/target"
    echo "Building; log: $log" >&2
    JAVA_HOME=$jdk mvn -B -f "$root/pom.xml" package -pl bench -am \
        -Dmaven.test.skip=true -Dexec.skip >"$log" 2>&1 ||
        die "The build failed: $(grep -m 5 -F '[ERROR]' "$log" || tail -n 5 "$log")"
fi

# run_budget.sh and ../shared are found from the root, wherever this is started.
cd "$root"

# exec: signals reach the bench itself. The parallel collector's threads would take the processors
# from what is measured.
# shellcheck disable=SC2086 # BENCH_JAVA_OPTS is a list
exec "$jdk/bin/java" -Xmx2g -XX:+UseSerialGC \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    ${BENCH_JAVA_OPTS:-} \
    -cp "$app/lib/*" tekton.budget.bench.Bench "$@"
