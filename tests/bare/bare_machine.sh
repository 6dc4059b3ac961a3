#!/usr/bin/env bash
# Proves the promise of the README: in a fresh clone on a bare Debian 12, `./dev quickstart` and `./dev test` work.
# Usage (as root): bare_machine.sh [--cold] [COMMAND...]     default commands: "./dev quickstart" "./dev test"
#
# The bare machine is a debootstrap chroot. It reaches the package sources the way this machine does: apt's and pip's
# configuration is mounted into it, and with it the caches of packages and of the compiler unless --cold is given.
set -euo pipefail

skip() {
  echo "skipped: $*"
  exit 77
}
[[ $EUID -eq 0 ]] || skip "debootstrap and chroot need root"
command -v debootstrap >/dev/null || skip "debootstrap is not installed"
# A mount namespace of its own: whatever happens, no mount outlives this script.
[[ ${ASSAY_BARE_NAMESPACE:-} ]] || exec env ASSAY_BARE_NAMESPACE=1 unshare --mount "$0" "$@"

repository=$(realpath "$(dirname "$0")/../..")
cold=
[[ ${1:-} == --cold ]] && { cold=1; shift; }
commands=("$@")
[[ $# -gt 0 ]] || commands=("./dev quickstart" "./dev test")

root=$(mktemp -d "${TMPDIR:-/var/tmp}/assay-bare.XXXXXX")
chmod 755 "$root" # it is the "/" of users without rights, too
cleanup() {
  mapfile -t mounts < <(awk -v root="$root/" 'index($5, root) == 1 {print $5}' /proc/self/mountinfo | sort -r)
  for mount in "${mounts[@]}"; do umount -l "$mount"; done
  # --one-file-system: should a mount remain, what it shows is not ours to delete.
  rm -rf --one-file-system "$root"
}
trap cleanup EXIT

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -1)
[[ -n $mirror ]] || skip "apt has no package source (run apt-get update)"
debootstrap --variant=minbase bookworm "$root" "$mirror" >"$root.log" 2>&1 || { tail -5 "$root.log"; exit 1; }
rm -f "$root.log"

# show PATH [OPTIONS]: PATH of this machine shows at the same place in the chroot, read-only unless OPTIONS say else.
show() {
  [[ -e $1 ]] || return 0
  if [[ -d $1 ]]; then mkdir -p "$root$1"; else mkdir -p "$root$(dirname "$1")" && touch "$root$1"; fi
  mount --bind "$1" "$root$1"
  mount -o "remount,bind,${2:-ro}" "$root$1"
}
mount --make-rprivate /
show /proc rw
show /dev rw
for path in /sys /etc/resolv.conf /etc/hosts /etc/apt /etc/pip.conf "$HOME/.config/pip" "$HOME/.pip"; do
  show "$path"
done
# Certificates of the local network are copied: installing ca-certificates in the chroot writes beside them.
mkdir -p "$root/usr/local/share/ca-certificates"
find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} "$root/usr/local/share/ca-certificates" \;
if [[ -z $cold ]]; then
  show /var/cache/apt/archives rw
  show "$HOME/.cache/pip" rw
  show "$HOME/.cache/ccache" rw
fi

# The clone lies where the repository does, so that ccache knows its files.
git clone --quiet "$repository" "$root$repository"
mapfile -t settings < <(env | grep -E '^(PIP_|[a-z]+_proxy=|[A-Z]+_PROXY=|SSL_CERT|REQUESTS_CA)' || true)
for command in "${commands[@]}"; do
  start=$SECONDS
  echo "== $command"
  chroot "$root" env -i "${settings[@]}" HOME="$HOME" LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    bash -c "cd '$repository' && $command" </dev/null
  echo "== $command: $((SECONDS - start)) s"
done
