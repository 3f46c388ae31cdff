#!/usr/bin/env bash
# Starts a Kafka node as the image apache/kafka does: KAFKA_NODE_ID is node.id, two underscores are
# one underscore, three are a hyphen. The directory is formatted at the first start.
set -euo pipefail

properties=/tmp/server.properties
while IFS='=' read -r name value; do
    name=${name#KAFKA_}
    name=${name//___/-}
    name=${name//__/$'\x01'}
    name=${name//_/.}
    name=${name//$'\x01'/_}
    printf '%s=%s\n' "${name,,}" "$value"
done < <(env | grep '^KAFKA_' | grep -vE '^KAFKA_(HEAP_)?OPTS=') >"$properties"

# shellcheck disable=SC2206 # options are words
options=(${KAFKA_HEAP_OPTS:-} ${KAFKA_OPTS:-} --enable-native-access=ALL-UNNAMED)
java "${options[@]}" -cp '/app/lib/*' kafka.tools.StorageTool \
    format --ignore-formatted --cluster-id "$CLUSTER_ID" --config "$properties"
# exec: the signal to stop reaches Kafka itself.
exec java "${options[@]}" -XX:+ExitOnOutOfMemoryError -cp '/app/lib/*' kafka.Kafka "$properties"
