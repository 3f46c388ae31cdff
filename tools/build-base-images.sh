#!/usr/bin/env bash
# Makes the two base images of the Dockerfile from Debian's packages and this machine's own JDK 25
# and Maven, for where no image registry can be reached. Needs root, debootstrap and a Docker engine;
# Debian's mirror must be reachable, and, for the build that follows, Maven Central.
#
#   sudo tools/build-base-images.sh
#   BUILD_IMAGE=budget-build-base RUN_IMAGE=budget-run-base docker compose up --wait
#
# Never run so far: where this was written there is no Docker engine. The images of Kafka, HAProxy,
# Prometheus and Grafana are not made here; KAFKA_IMAGE and the like name others.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=tools/jdk.sh
source "$root/tools/jdk.sh"

die() {
    echo "$1" >&2
    exit 1
}

[[ $EUID -eq 0 ]] || die "debootstrap needs root"
for tool in debootstrap docker mvn; do
    command -v "$tool" >/dev/null || die "$tool is needed"
done
jdk=$(find_jdk) || die "JDK 25 is needed: install it (https://adoptium.net) or set JAVA_HOME to it"
maven=$(mvn -version | sed -n 's/^Maven home: //p')

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# Makes an image of the tree and gives it a name.
import() {
    tar --numeric-owner -C "$tree" -c . | docker import \
        --change 'ENV JAVA_HOME=/opt/java LANG=C.UTF-8' \
        --change 'ENV PATH=/opt/java/bin:/opt/maven/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$1"
}

debootstrap --variant=minbase --include=ca-certificates "${DEBIAN:-bookworm}" "$tree" \
    "${DEBIAN_MIRROR:-http://deb.debian.org/debian}"
rm -rf "$tree"/var/lib/apt/lists/* "$tree"/var/cache/apt/archives/*.deb
mkdir -p "$tree/opt/java"
# Links lead out of these trees on Debian: what they point to is copied.
cp -rL "$jdk/." "$tree/opt/java"
import budget-run-base
mkdir -p "$tree/opt/maven"
cp -rL "$maven/." "$tree/opt/maven"
import budget-build-base
