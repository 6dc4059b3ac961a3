#!/usr/bin/env bash
# Builds an image of docker/Dockerfile, runs it and says how large its layers are.
# Usage: build_image.sh [spine|runtime]
#
# With a Docker engine that is `docker build` on the base image of the Dockerfile. Without one it is buildah (as root, no
# daemon, no registry): the base image is then made by debootstrap from this machine's Debian source. The build inside
# sees the package sources as this machine does, and its compiler cache where there is one.
# ASSAY_BASE_IMAGE names another base, ASSAY_IMAGE_STORAGE where buildah keeps its images (build/images).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=${1:-runtime}
version=$(awk -F'"' '/image.version/ {print $2; exit}' docker/Dockerfile)
case $target in
  spine) image=assay-spine:$version needed_gib=8 ;;
  runtime) image=assay:$version needed_gib=30 ;; # the wheels of LibTorch and CUDA are there three times while it is built
  *) echo "build_image: no such target: $target (spine, runtime)" >&2; exit 2 ;;
esac

die() {
  echo "build_image: $*" >&2
  exit 1
}

# need_disk FOLDER GIB
need_disk() {
  local free_kib
  free_kib=$(df -Pk "$1" | awk 'NR == 2 {print $4}')
  ((free_kib >= $2 * 1024 * 1024)) ||
    die "not enough disk for the image $image: $2 GiB needed, $((free_kib / 1024 / 1024)) GiB free in $1"
}

# check RUN...: what the image must do; RUN COMMAND... runs a command in one container of it.
check() {
  local program=/opt/assay/bin/assay training
  if [[ $target == spine ]]; then
    "$@" $program audit dsv3-total-2788k --brief
    "$@" $program devices list >/dev/null # its health check
    return
  fi
  "$@" $program doctor --metrics-address off || true # it says what this machine lacks; the quickstart decides
  "$@" $program train --config /opt/assay/configs/runs/quickstart.toml --out /tmp/quickstart \
    --set data.prepared_folder=/tmp/prepared &
  training=$!
  until "$@" /opt/assay/bin/assay-health 2>/dev/null; do
    kill -0 $training 2>/dev/null || die "the quickstart ended before its health check was answered"
    sleep 1
  done
  echo "health check: answered"
  wait $training
}

with_docker() {
  need_disk "$(docker info --format '{{.DockerRootDir}}')" "$needed_gib"
  docker build -f docker/Dockerfile --target "$target" -t "$image" \
    ${ASSAY_BASE_IMAGE:+--build-arg "BASE_IMAGE=$ASSAY_BASE_IMAGE"} .
  container=$(docker run --detach --entrypoint sleep "$image" 3600)
  trap 'docker rm --force "$container" >/dev/null' EXIT
  check docker exec "$container"
  docker history --format '{{.Size}}\t{{.CreatedBy}}' "$image"
}

# Overlay file systems where root may mount them (not in most containers); vfs copies the whole tree for every layer.
choose_driver() {
  local try=$storage/try
  mkdir -p "$try"/{lower,upper,work,merged}
  if mount -t overlay overlay -o "lowerdir=$try/lower,upperdir=$try/upper,workdir=$try/work" "$try/merged" 2>/dev/null; then
    umount "$try/merged"
    driver=overlay
  else
    driver=vfs
    needed_gib=$((2 * needed_gib))
  fi
  rm -rf "$try"
}

# buildah without a daemon and without user namespaces.
quiet_buildah() { buildah --storage-driver "$driver" --root "$storage" --runroot "$storage/run" "$@"; }

# The base image as debootstrap makes it: Debian's slim image without its registry.
make_base() {
  local mirror container root=$storage/base
  quiet_buildah images --quiet "$base" >/dev/null 2>&1 && return
  command -v debootstrap >/dev/null || die "debootstrap is missing: apt-get install debootstrap"
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -1)
  [[ -n $mirror ]] || die "apt has no package source (run apt-get update)"
  debootstrap --variant=minbase bookworm "$root" "$mirror" >"$storage/debootstrap.log" 2>&1 ||
    { tail -5 "$storage/debootstrap.log" >&2; die "debootstrap failed"; }
  # debootstrap leaves its own /proc mounted where it was busy at the end.
  awk -v root="$root/" 'index($2, root) == 1 {print $2}' /proc/mounts | sort -r | xargs --no-run-if-empty -n 1 umount --lazy
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale}/*
  container=$(quiet_buildah from scratch)
  quiet_buildah add --quiet "$container" "$root" / >/dev/null
  quiet_buildah config --cmd '["/bin/bash"]' "$container"
  quiet_buildah commit --quiet --rm "$container" "$base" >/dev/null
  rm -rf "$root"
}

# What the build must see of this machine: where packages come from, and the compiler cache.
volumes() {
  local path
  for path in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf.d /etc/apt/preferences.d /etc/pip.conf \
    /usr/local/share/ca-certificates; do
    if [[ -e $path ]]; then printf -- '--volume=%s:%s:ro\n' "$path" "$path"; fi
  done
  [[ -d $HOME/.cache/ccache ]] || return 0
  printf 'base_dir = /src\nhash_dir = false\n' >"$storage/ccache.conf"
  printf -- '--volume=%s:/root/.cache/ccache\n--volume=%s:/etc/ccache.conf:ro\n' "$HOME/.cache/ccache" "$storage/ccache.conf"
}

in_container() { quiet_buildah run --isolation chroot "$container" -- "$@"; }

layers() {
  quiet_buildah inspect --type image "$image" |
    python3 -c '
import json, sys
manifest = json.loads(json.load(sys.stdin)["Manifest"])
sizes = [layer["size"] / 2**20 for layer in manifest["layers"]]
print("layers (MiB, the base first): " + ", ".join(f"{size:.1f}" for size in sizes))
print(f"above the base: {sum(sizes[1:]):.1f} MiB")
if sys.argv[1] == "spine" and sum(sizes[1:]) > 40:
    sys.exit("build_image: the spine is larger than 40 MiB above its base")' "$target"
}

with_buildah() {
  [[ $EUID -eq 0 ]] || die "buildah without a user namespace wants root: run as root, or install a Docker engine"
  storage=${ASSAY_IMAGE_STORAGE:-$PWD/build/images}
  mkdir -p "$storage"
  choose_driver
  need_disk "$storage" "$needed_gib"
  base=${ASSAY_BASE_IMAGE:-localhost/assay-base:bookworm}
  [[ -n ${ASSAY_BASE_IMAGE:-} ]] || make_base
  mapfile -t mounts < <(volumes)
  quiet_buildah bud --format docker --pull-never --isolation chroot --layers=false "${mounts[@]}" \
    --build-arg "BASE_IMAGE=$base" \
    --target "$target" -t "$image" -f docker/Dockerfile .
  container=$(quiet_buildah from --pull-never "$image")
  trap 'quiet_buildah rm "$container" >/dev/null' EXIT
  check in_container
  layers
}

if docker info >/dev/null 2>&1; then
  with_docker
elif command -v buildah >/dev/null; then
  with_buildah
else
  die "neither a Docker engine nor buildah is here: apt-get install buildah debootstrap"
fi
