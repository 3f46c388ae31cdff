#!/usr/bin/env bash
# Starts Budget in the foreground, building it first if needed. No arguments: the settings are
# environment variables (README, "Configuration"). Ctrl-C or SIGTERM stops it. With --build-only it only builds.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
app=$root/standalone/target/app
log=$root/target/build.log

die() {
    echo "$1" >&2
    exit 1
}

# shellcheck source=tools/jdk.sh
source "$root/tools/jdk.sh"

# Whether there is no app, or something it is made from is newer.
must_build() {
    [[ -f $app/built ]] || return 0
    [[ -n $(find "$root" \( -name target -o -name .git -o -name data \) -prune -o \
        \( -name pom.xml -o -path '*/src/main' -o -path '*/src/main/*' \) \
        -newer "$app/built" -print -quit) ]]
}

build() {
    command -v mvn >/dev/null || die "Maven is needed to build: install Maven 3.8 or newer"
    mkdir -p "$root/target"
    echo "Building; the first time also downloads libraries. Log: $log"
    # Formatting is for those who change the code, not for those who run it.
    if ! JAVA_HOME=$jdk mvn -B -f "$root/pom.xml" package -pl standalone -am \
        -Dmaven.test.skip=true -Dexec.skip 2>&1 | tee "$log" | show_progress; then
        grep -m 20 -F '[ERROR]' "$log" >&2 || tail -n 20 "$log" >&2
        die "The build failed; its log: $log"
    fi
}

show_progress() {
    awk '
        / Building .*\[[0-9]+\/[0-9]+\]/ { sub(/^.*Building /, "  "); gsub(/ +/, " "); print; fflush() }
        /Downloaded from/ && ++files % 50 == 0 { print "  " files " files downloaded"; fflush() }
    '
}

[[ $# -eq 0 || $* == --build-only ]] ||
    die "usage: $0 (no arguments; the settings are environment variables) or $0 --build-only"
jdk=$(find_jdk) || die "JDK 25 is needed: install it (https://adoptium.net) or set JAVA_HOME to it"
if must_build; then
    build
fi
[[ $* != --build-only ]] || exit 0

# From wherever it is started, the data is found again.
export BUDGET_DATA_DIR=${BUDGET_DATA_DIR:-$root/data}
export BUDGET_HERMES_DIR=${BUDGET_HERMES_DIR:-$root/../Hermes}

# exec: signals reach the service itself. Later options win over earlier ones.
# shellcheck disable=SC2086 # BUDGET_JAVA_OPTS is a list
exec "$jdk/bin/java" -Xmx1g \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    ${BUDGET_JAVA_OPTS:-} \
    -cp "$app/lib/*" tekton.budget.standalone.Main
