# shellcheck shell=bash
# For run_budget.sh and bench.sh to read in.

# Prints the first JDK 25 found. Every JDK says its version in a file named release.
find_jdk() {
    local candidate
    for candidate in \
        "${JAVA_HOME:-}" \
        "$(/usr/libexec/java_home -v 25 2>/dev/null || true)" \
        "$(dirname "$(dirname "$(readlink -f "$(command -v javac)" 2>/dev/null)")" 2>/dev/null || true)" \
        /usr/lib/jvm/* /usr/java/* /opt/* /opt/*/* \
        "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if [[ -x $candidate/bin/javac ]] &&
            grep -qs '^JAVA_VERSION="25[."]' "$candidate/release"; then
            echo "$candidate"
            return
        fi
    done
    return 1
}
