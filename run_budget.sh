#!/usr/bin/env bash
# Starts Budget in the foreground, building it first if needed. No arguments: the settings are
# environment variables (docs/configuration.md). Ctrl-C or SIGTERM stops it. With --build-only it only builds.
# With `backup save|check|restore DIRECTORY` it does that instead (docs/operations.md).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
app=$root/standalone/target/app
log=$root/target/build.log
# Goes with a rebuild, as the jars do that it was trained with.
cache=$app/cache

die() {
    echo "$1" >&2
    exit 1
}

# shellcheck source=tools/jdk.sh
source "$root/tools/jdk.sh"

# Whether there is no app, or something it is made from is newer.
must_build() {
    [[ -f $app/built ]] || return 0
    [[ -n $(find "$root" \( -name target -o -name .git -o -name data -o -name node_modules \) -prune -o \
        \( -name pom.xml -o -path '*/src/main' -o -path '*/src/main/*' \) \
        -newer "$app/built" -print -quit) ]]
}

build() {
    command -v mvn >/dev/null || die "Maven is needed to build: install Maven 3.8 or newer"
    local output=$root/target/build-$$.fifo status=0 mvn progress
    mkdir -p "$root/target"
    mkfifo "$output"
    echo "Building; the first time also downloads libraries. Log: $log"
    tee "$log" <"$output" 9>&- | show_progress 9>&- &
    progress=$!
    # Checks and tests are for those who change the code, not for those who run it. Files are small and
    # many: a first build waits for each one.
    JAVA_HOME=$jdk mvn -B -f "$root/pom.xml" package -Prun -pl standalone,cli -am \
        -Dmaven.artifact.threads=16 >"$output" 2>&1 9>&- &
    mvn=$!
    # In the background, so that a signal is heard at once and ends the build too.
    trap 'kill "$mvn" 2>/dev/null; rm -f "$output"; exit 130' INT
    trap 'kill "$mvn" 2>/dev/null; rm -f "$output"; exit 143' TERM HUP
    tell "building $mvn"
    wait "$mvn" || status=$?
    wait "$progress" || true
    trap - INT TERM HUP
    rm -f "$output"
    if [[ $status != 0 ]]; then
        tell built
        grep -m 20 -F '[ERROR]' "$log" >&2 || tail -n 20 "$log" >&2
        die "The build failed; its log: $log"
    fi
}

# Whether the caches were made, or tried to be, by another JDK or not at all.
must_train() {
    [[ ${BUDGET_TRAINING:-on} != off ]] && ! cmp -s "$jdk/release" "$cache/jdk"
}

# Caches for quicker starts. The service also starts without them, so a training that fails, or that
# somebody else is at, is no reason not to.
train() {
    local trainer status=0
    mkdir -p "$cache" 2>/dev/null || return 0
    # Of several starts at once only one trains, unless that one was killed at it.
    if ! mkdir "$cache/at-it" 2>/dev/null; then
        trainer=$(cat "$cache/at-it/pid" 2>/dev/null || true)
        [[ -n $trainer ]] && ! kill -0 "$trainer" 2>/dev/null || return 0
    fi
    echo $$ >"$cache/at-it/pid"
    echo "Training for quicker starts: once after a build, up to a minute (BUDGET_TRAINING=off leaves it out)"
    "${java[@]}" -cp "$app/lib/*" tekton.budget.standalone.Main train "$cache" 9>&- &
    trainer=$!
    # The next start may train at once: in the same directory, so not before this one has ended.
    trap 'kill "$trainer" 2>/dev/null; wait "$trainer"; rm -rf "$cache/at-it"; exit 130' INT
    trap 'kill "$trainer" 2>/dev/null; wait "$trainer"; rm -rf "$cache/at-it"; exit 143' TERM HUP
    wait "$trainer" || status=$?
    trap - INT TERM HUP
    [[ $status == 0 ]] || echo "No training; starts are slower without. It is tried again after the next build." >&2
    cp "$jdk/release" "$cache/jdk"
    rm -rf "$cache/at-it"
}

# Tells who answers on the port meanwhile (`python -m budget`) how far this is.
tell() {
    if [[ -n ${BUDGET_STARTER_TOKEN:-} ]]; then
        # A helper that is gone must not end the start.
        (
            trap '' PIPE
            echo "$1" >&9
        ) 2>/dev/null || true
    fi
}

show_progress() {
    awk '
        / Building .*\[[0-9]+\/[0-9]+\]/ { sub(/^.*Building /, "  "); gsub(/ +/, " "); print; fflush() }
        /Downloaded from/ && ++files % 50 == 0 { print "  " files " files downloaded"; fflush() }
    '
}

[[ $# -eq 0 || $* == --build-only || $1 == backup ]] ||
    die "usage: $0 (no arguments; the settings are environment variables), $0 --build-only,
  or $0 backup save|check|restore DIRECTORY"
jdk=$(find_jdk) || die "JDK 25 is needed: install it (https://adoptium.net) or set JAVA_HOME to it"
if must_build; then
    build
fi
java=("$jdk/bin/java" -Xmx1g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
if [[ $# -eq 0 || $1 != backup ]] && must_train; then
    train
fi
tell built
[[ $* != --build-only ]] || exit 0

# From wherever it is started, the data is found again.
export BUDGET_DATA_DIR=${BUDGET_DATA_DIR:-$root/data}
export BUDGET_HERMES_DIR=${BUDGET_HERMES_DIR:-$root/../Hermes}

# Without the replay of the training: it compiles at the start what the start does not need.
cached=()
if [[ ${BUDGET_TRAINING:-on} != off && -f $cache/application.aot ]] && cmp -s "$jdk/release" "$cache/jdk"; then
    cached=(-XX:AOTCache="$cache/application.aot" -XX:+UnlockDiagnosticVMOptions -XX:-AOTReplayTraining
        -Dbudget.cache.directory="$cache")
fi

# exec: signals reach the service itself. Later options win over earlier ones.
# shellcheck disable=SC2086 # BUDGET_JAVA_OPTS is a list
exec "${java[@]}" ${cached[@]+"${cached[@]}"} ${BUDGET_JAVA_OPTS:-} \
    -cp "$app/lib/*" tekton.budget.standalone.Main "$@"
