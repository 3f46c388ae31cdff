#!/usr/bin/env bash
# Budget's command line: budget --help. Builds it if it is not built. Stands at the top of the
# project, in tools/, or in an image's /app/bin beside /app/lib-cli.
set -euo pipefail

self=$(readlink -f "${BASH_SOURCE[0]}")
here=${self%/*}

die() {
    echo "budget: $1" >&2
    exit 1
}

# Whether there is no command line, or its sources are newer.
must_build() {
    [[ -f $app/built ]] || return 0
    [[ -w $root/cli && -n $(find "$root/cli/pom.xml" "$root/cli/src/main" -newer "$app/built" -print -quit) ]]
}

build() {
    command -v mvn >/dev/null || die "Maven is needed to build: install Maven 3.8 or newer"
    echo "budget: building the command line, once; the log: $root/cli/target/build.log" >&2
    mkdir -p "$root/cli/target"
    JAVA_HOME=$jdk mvn -B -f "$root/pom.xml" package -pl cli -Dmaven.test.skip=true -Dexec.skip \
        >"$root/cli/target/build.log" 2>&1 </dev/null ||
        die "the build failed; its log: $root/cli/target/build.log"
}

# The JDK that was found last time, or a search.
find_java() {
    local known
    if [[ -z ${JAVA_HOME:-} && -r $app/jdk-home ]]; then
        read -r known <"$app/jdk-home" || true
        if [[ -x $known/bin/java ]]; then
            jdk=$known
            return
        fi
    fi
    # shellcheck source=jdk.sh
    source "$root/tools/jdk.sh"
    jdk=$(find_jdk) || die "JDK 25 is needed: install it (https://adoptium.net) or set JAVA_HOME to it"
}

if [[ -d $here/../lib-cli ]]; then
    # An image: its own Java, and nothing to build.
    app=$here/..
    lib=$app/lib-cli
    java=${JAVA_HOME:+$JAVA_HOME/bin/}java
else
    root=$here
    [[ -f $root/run_budget.sh ]] || root=${here%/*}
    [[ -f $root/run_budget.sh ]] || die "$self is not in a copy of Budget"
    app=$root/cli/target/app
    lib=$app/lib
    find_java
    java=$jdk/bin/java
    if must_build; then
        build
    fi
    if [[ -z ${JAVA_HOME:-} && ! -e $app/jdk-home && -w $app ]]; then
        echo "$jdk" >"$app/jdk-home" || true
    fi
fi

# A file of classes as the JVM needs them halves the start. It is made once, in the background;
# without it, or with one that does not fit, the start is slower and the same.
options=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xmx512m -Xlog:disable)
if [[ ${BUDGET_CLI_CACHE:-on} != off ]]; then
    # A build takes target/app away, and its cache with it; elsewhere the place of the jars is the key.
    cache=$app
    if [[ ! -w $app ]]; then
        cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/budget/classes${lib//\//_}
    fi
    if [[ -f $cache/classes.aot && ! $lib -nt $cache/classes.aot && ! $java -nt $cache/classes.aot ]]; then
        options+=(-XX:AOTCache="$cache/classes.aot")
    elif mkdir -p "$cache" 2>/dev/null && mkdir "$cache/at-it" 2>/dev/null; then
        # shellcheck disable=SC2016 # the inner shell expands it
        nohup nice bash -c '
            cd "$1"
            if "${@:2}" && [[ -s next.aot ]]; then mv next.aot classes.aot; fi
            rm -f next.aot
            # One that failed is not tried again at each start, but after the next build.
            if [[ -f classes.aot ]]; then rmdir at-it; fi
        ' budget "$cache" "$java" "${options[@]}" -XX:AOTCacheOutput=next.aot \
            -cp "$lib/*" tekton.budget.cli.CliTraining </dev/null >/dev/null 2>&1 &
    fi
fi
# Files of any size are worth the better compiler.
if [[ " $* " == *" import "* || " $* " == *" export "* ]]; then
    options+=(-XX:TieredStopAtLevel=4)
fi

# Which of input, output and errors are a terminal, and how wide: Java takes long to find out.
terminals=
for descriptor in 0 1 2; do
    [[ ! -t $descriptor ]] || terminals+=$descriptor
done
if [[ $terminals == *1* ]]; then
    shopt -s checkwinsize
    (:)
    export COLUMNS=${COLUMNS:-}
fi
# Without a locale Java reads arguments as ASCII.
[[ -n ${LC_ALL:-}${LC_CTYPE:-}${LANG:-} ]] || export LC_ALL=C.UTF-8

exec "$java" "${options[@]}" -Dbudget.terminals="$terminals" -cp "$lib/*" tekton.budget.cli.BudgetCli "$@"
