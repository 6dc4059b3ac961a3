#!/bin/sh
# Starts the program of libexec/ that has this file's name with the LibTorch of this machine:
# --torch-home DIR as the first argument, else ASSAY_TORCH_HOME, else the package `torch` of python3.
set -eu

here=$(dirname "$(readlink -f "$0")")/..
if [ "${1:-}" = --torch-home ]; then
  ASSAY_TORCH_HOME=${2:?--torch-home needs a folder}
  shift 2
fi
if [ -z "${ASSAY_TORCH_HOME:-}" ]; then
  find_torch='import importlib.util as u; s = u.find_spec("torch"); print(s.submodule_search_locations[0] if s else "")'
  ASSAY_TORCH_HOME=$(python3 -c "$find_torch" 2>/dev/null || true)
fi
if [ ! -e "$ASSAY_TORCH_HOME/lib/libtorch_cpu.so" ]; then
  echo "assay: no LibTorch at '${ASSAY_TORCH_HOME}': install torch 2.11.0 for python3, or set ASSAY_TORCH_HOME" >&2
  exit 4
fi
# The CUDA libraries of the wheels lie beside the package.
path=$here/lib:$ASSAY_TORCH_HOME/lib
for folder in "$ASSAY_TORCH_HOME"/../nvidia/*/lib; do
  [ -d "$folder" ] && path=$path:$folder
done
export ASSAY_TORCH_HOME LD_LIBRARY_PATH="$path${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
exec "$here/libexec/$(basename "$0")" "$@"
