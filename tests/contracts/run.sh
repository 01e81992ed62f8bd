#!/usr/bin/env bash
# usage: run.sh forge|rebuild CONTRACTS_FOLDER SCRATCH_FOLDER
# Exits 77, naming the reason, when the tools are not installed.
set -euo pipefail
part=$1
contracts=$2
scratch=$3

skip() { echo "skipped: $1"; exit 77; }

command -v node > /dev/null || skip "nodejs is not installed"
[ -d "$contracts/node_modules/solc" ] || skip "contracts/node_modules is not there (./run test makes it)"

if [ "$part" = rebuild ]; then
  exec node "$contracts/tools/export.mjs" --check
fi

forge=$(echo "$contracts"/node_modules/@foundry-rs/forge-*/bin/forge)
[ -x "$forge" ] || skip "forge has no binary for this machine"

# Settings of the person who runs this, from the environment or ~/.foundry, stay outside.
mkdir -p "$scratch/home"
cd "$contracts"  # forge looks for its compiler from the current folder
run_forge() {
  env -i PATH="$PATH" HOME="$scratch/home" LANG=C.UTF-8 FOUNDRY_OUT="$scratch/out" \
    FOUNDRY_CACHE_PATH="$scratch/cache" "$forge" "$@"
}
run_forge fmt --check
run_forge test
