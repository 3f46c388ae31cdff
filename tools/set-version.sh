#!/usr/bin/env bash
# Sets the version wherever it stands: tools/set-version.sh 0.2.0. A test (VersionTest) compares the
# places.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"

[[ $# -eq 1 && $1 =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || {
    echo "usage: $0 MAJOR.MINOR.PATCH" >&2
    exit 1
}
new=$1
old=$(sed -n '/<artifactId>budget-parent/{n;s/.*<version>\(.*\)<.*/\1/p;q}' pom.xml)

sed -i "/<artifactId>budget-parent/{n;s/>$old</>$new</}" pom.xml ./*/pom.xml
sed -i "s/NUMBER = \"$old\"/NUMBER = \"$new\"/" kafka-runtime/src/main/java/tekton/budget/settings/ProgramVersion.java
sed -i "0,/\"version\": \"$old\"/s//\"version\": \"$new\"/" \
    ingest-api/src/main/resources/api/openapi.json ingest-api/src/main/resources/api/asyncapi.json
sed -i "s/or \"$old\"/or \"$new\"/" tools/starting.py
sed -i "/BUDGET_VERSION/s/\`$old\`/\`$new\`/" docs/configuration.md
sed -i "s/^Budget $old is ready/Budget $new is ready/" README.md
sed -i "s/such as $old/such as $new/" standalone/src/test/java/tekton/budget/standalone/SettingsTest.java
echo "$old is now $new"
