#!/usr/bin/env bash
# Makes a release of what is committed: tools/release.sh. Leaves in target/release the programs, the
# client, the SBOM, the licences and their checksums. It publishes nothing. The image is
# `docker build`. With --sbom it only writes SBOM and licences, and checks these.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
release=$root/target/release
cyclonedx=org.cyclonedx:cyclonedx-maven-plugin:2.9.2
# shellcheck disable=SC2206 # options of Maven are a list
maven=(mvn -B -q ${MAVEN_ARGS:-})

die() {
    echo "release: $1" >&2
    exit 1
}

version=$(sed -n '/<artifactId>budget-parent/{n;s/.*<version>\(.*\)<.*/\1/p;q}' pom.xml)

# What standalone and the command line bring to a user; no test and no benchmark. The output's time
# is that of the commit, so that the same commit gives the same file.
sbom() {
    local date
    date=$(git log -1 --format=%cI)
    "${maven[@]}" "$cyclonedx:makeAggregateBom" -DincludeTestScope=false -DskipNotDeployed=false \
        -DexcludeArtifactId=budget-bench,budget-test-broker -DoutputDirectory="$release" \
        -DoutputName="budget-$version-sbom" -DoutputFormat=json -DprojectType=application \
        -Dproject.build.outputTimestamp="$date"
    python3 tools/licences.py "$release/budget-$version-sbom.json" tools/licences.txt \
        >"$release/THIRD-PARTY.txt" || die "a licence is not allowed, see tools/licences.txt"
    diff THIRD-PARTY.txt "$release/THIRD-PARTY.txt" >&2 ||
        die "the libraries have changed: read what is new, then copy $release/THIRD-PARTY.txt"
}

mkdir -p "$release"
if [[ $* == --sbom ]]; then
    sbom
    exit
fi
[[ $# -eq 0 ]] || die "usage: $0 [--sbom]"
[[ -z $(git status --porcelain) ]] || die "there is something that is not committed"
grep -q "^## $version - " CHANGELOG.md || die "CHANGELOG.md has no section $version"

rm -rf "$release"
mkdir -p "$release"
./run_budget.sh --build-only
sbom

# The service and its command line, as they stand in a clone.
stage=$release/budget-$version
mkdir -p "$stage/lib" "$stage/lib-cli"
cp standalone/target/app/lib/*.jar "$stage/lib/"
cp cli/target/app/lib/*.jar "$stage/lib-cli/"
cp README.md CHANGELOG.md "$release/THIRD-PARTY.txt" "$stage/"
cp -r docs "$stage/"
date=$(git log -1 --format=%cI)
pack() {
    tar --sort=name --mtime="$date" --owner=0 --group=0 --numeric-owner -C "$release" -cf - "$2" |
        gzip -n >"$release/$1"
    rm -rf "${release:?}/$2"
}
pack "budget-$version.tar.gz" "budget-$version"

mkdir -p "$release/budget-python-$version"
cp clients/python/{README.md,apollo.py,budget_client.py} "$release/budget-python-$version/"
pack "budget-python-$version.tar.gz" "budget-python-$version"
cp ingest-api/src/main/resources/api/{openapi,asyncapi}.json "$release/"

(cd "$release" && sha256sum -- *.tar.gz *.json *.txt >SHA256SUMS)
echo "Budget $version is in $release"
