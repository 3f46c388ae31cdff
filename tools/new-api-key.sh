#!/usr/bin/env bash
# Makes an API key: tools/new-api-key.sh NAME SCOPES[@BUDGET] [END], scopes of ingest, read and admin
# joined by +, END the last day of it or an instant, both in UTC. Prints the key, which is nowhere else, and the entry for BUDGET_API_KEYS.
set -euo pipefail

usage() {
    echo "usage: $0 NAME SCOPES[@BUDGET] [END], such as: $0 ci ingest+read@team-a 2027-12-31" >&2
    exit 1
}

[[ $# -eq 2 || $# -eq 3 ]] || usage
[[ -z ${3:-} || $3 =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$ ]] || usage
[[ $1 =~ ^[A-Za-z0-9._-]{1,64}$ ]] || usage
scope='(ingest|read|admin)'
[[ $2 =~ ^$scope(\+$scope)*(@[A-Za-z0-9_-]{1,128})?$ ]] || usage

# 32 random bytes in Base64 for URLs.
key=bk_$(head -c 32 /dev/urandom | base64 | tr -d '\n=' | tr '+/' '-_')
digest=$(printf %s "$key" | sha256sum)

echo "key:   $key"
echo "entry: $1:$2:${digest%% *}${3:+:$3}"
