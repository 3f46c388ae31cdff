#!/usr/bin/env bash
# Makes the secret by which instances know each other, once: the file stays as it is afterwards.
set -euo pipefail

file=${BUDGET_CLUSTER_SECRET_FILE:-/run/budget/cluster-secret}
if [[ -s $file ]]; then
    exit 0
fi
umask 077
# 32 random bytes; whoever is interrupted leaves no half secret.
head -c 32 /dev/urandom | base64 | tr -d '\n' >"$file.new"
mv "$file.new" "$file"
