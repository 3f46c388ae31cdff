#!/usr/bin/env bash
# Makes every image that docker-compose.yml needs from Debian's packages and this machine's own JDK
# 25 and Maven, for where no image registry can be reached: the two that Budget's is built from and
# on, Budget's own, and stand-ins for Kafka's and HAProxy's. Needs root, debootstrap and a Docker
# engine; Debian's mirror and Maven Central must be reachable.
#
#   sudo tools/build-base-images.sh >images.env
#   set -a; . ./images.env; set +a; tools/compose.sh up
#
# Those of Prometheus and Grafana are not made; PROMETHEUS_IMAGE and the like name others.
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

# What is made here is named on standard output at the end; all else is said on standard error.
exec 3>&1 >&2

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

cd "$root"
export DOCKER_BUILDKIT=1
docker build --build-arg BUILD_IMAGE=budget-build-base --build-arg RUN_IMAGE=budget-run-base \
    -t budget:local .
docker build -f docker/local/kafka.Dockerfile -t budget-kafka:local docker/local
docker build -f docker/local/haproxy.Dockerfile -t budget-haproxy:local docker/local

cat >&3 <<'END'
BUILD_IMAGE=budget-build-base
RUN_IMAGE=budget-run-base
KAFKA_IMAGE=budget-kafka:local
HAPROXY_IMAGE=budget-haproxy:local
END
