#!/usr/bin/env bash
# ./dev stops early, with one clear reason, where it cannot set up. The machine's answers are replaced by programs of the
# same name first on PATH; it runs in a folder of its own, so that nothing real is installed.
set -uo pipefail

repository=$(realpath "$(dirname "$0")/../..")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

# answer PROGRAM BODY: what PROGRAM does in this case.
answer() {
  printf '#!/bin/sh\n%s\n' "$2" >"$folder/bin/$1"
  chmod +x "$folder/bin/$1"
}

begin() {
  rm -rf "$folder"/{bin,clone}
  mkdir -p "$folder"/{bin,clone}
  cp "$repository"/{dev,packages.apt,requirements.lock} "$folder/clone"
}

# all_installed [EXCEPT]: dpkg-query's answer where every package but one is there.
all_installed() {
  answer dpkg-query "awk '/^[a-z]/ && \$2 != \"${1:-}\" {print \"ii\", \$2}' '$folder/clone/packages.apt'"
}

# expect NAME TEXT...: ./dev setup fails and says each TEXT.
expect() {
  local name=$1 output text
  shift
  output=$(cd "$folder/clone" && PATH="$folder/bin:$PATH" ./dev setup </dev/null 2>&1) && { echo "FAILED: $name: exit 0"; failed=1; }
  for text in "$@"; do
    [[ $output == *"$text"* ]] || { printf 'FAILED: %s: no "%s" in:\n%s\n' "$name" "$text" "$output"; failed=1; }
  done
}

begin
answer uname 'case $1 in -s) echo Linux ;; *) echo aarch64 ;; esac'
expect "wrong architecture" "wrong architecture: Linux aarch64"

begin
all_installed
answer nvcc 'echo "release 13.0"'
answer df 'printf "h\nfs 1 1 2097152 1 /\n"'
expect "too little disk" "not enough disk for the wheels" "10 GiB needed, 2048 MiB free"

begin
all_installed mold
answer sudo 'exit 1'
if [[ $EUID -eq 0 ]]; then
  chmod 755 "$folder" && chmod -R a+rX "$folder"
  output=$(cd "$folder/clone" && setpriv --reuid 65534 --regid 65534 --clear-groups env PATH="$folder/bin:$PATH" ./dev setup </dev/null 2>&1) &&
    { echo "FAILED: no root: exit 0"; failed=1; }
  [[ $output == *"apt-get update && apt-get install -y --no-install-recommends mold"* ]] ||
    { printf 'FAILED: no root: %s\n' "$output"; failed=1; }
else
  expect "no root" "apt-get update && apt-get install -y --no-install-recommends mold"
fi

begin
all_installed mold
answer df 'printf "h\nfs 1 1 99999999 1 /\n"'
answer sudo 'exec "$@"'
answer apt-get 'echo "E: Failed to fetch mold"; exit 100'
expect "no network for Debian packages" "Failed to fetch mold" "cannot be installed" "mold"

begin
all_installed
answer df 'printf "h\nfs 1 1 99999999 1 /\n"'
mkdir -p "$folder/clone/.venv/bin"
printf '#!/bin/sh\necho "ERROR: no connection"; exit 1\n' >"$folder/clone/.venv/bin/pip"
chmod +x "$folder/clone/.venv/bin/pip"
expect "no network for wheels" "no connection" "wheel cannot be installed" "cmake==4"

[[ $failed == 0 ]] && echo "all cases hold"
exit "$failed"
