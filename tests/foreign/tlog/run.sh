#!/usr/bin/env bash
# usage: run.sh EXPORT_LOG VERIFY_GO
# Exports logs of sizes around tile boundaries and lets Go's transparency log library verify them;
# then damages one and expects a refusal. Exits 77 when Go or its library is not installed.
set -euo pipefail
export_log=$1
verify_go=$2

command -v go > /dev/null || { echo "skipped: golang-go is not installed"; exit 77; }
[ -d /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog ] || {
  echo "skipped: golang-golang-x-mod-dev is not installed"
  exit 77
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= GOPROXY=off GOCACHE="$folder/cache" \
  HOME="$folder"
go build -o "$folder/verify" "$verify_go"

for size in 0 1 2 255 256 257 1000 65537; do
  "$export_log" "$folder/$size" "$size"
  answer=$("$folder/verify" "$folder/$size")
  [ "$answer" = "verified north.example/log size $size" ] || { echo "size $size: $answer"; exit 1; }
  echo "$answer"
done

refuses() {
  if "$folder/verify" "$folder/1000" > "$folder/answer" 2>&1; then
    echo "accepted: $1"
    exit 1
  fi
  echo "refused, $1: $(cat "$folder/answer")"
}

flip() {  # flip FILE OFFSET: inverts the lowest bit of one byte
  local byte
  byte=$(od -An -tu1 -j "$2" -N1 "$1" | tr -d ' ')
  printf "$(printf '\\x%02x' $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

for file in tile/entries/002 tile/0/001 tile/1/000.p/3 checkpoint; do
  flip "$folder/1000/$file" 40
  refuses "one bit of $file"
  flip "$folder/1000/$file" 40
done
"$folder/verify" "$folder/1000" > /dev/null
