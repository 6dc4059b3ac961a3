#!/usr/bin/env bash
# Checks the GPU of this machine with the programs of this folder; needs torch 2.11.0+cu130 for python3 and a driver,
# no network and no packages. Usage: gpu_check [--cpu-only] [RESULTS]
# Leaves at most 8 files in RESULTS (default: gpu_check_results) within 8 minutes, the most important first: correctness, then
# the benchmark beside the peers that are here (torch, and transformers where it is installed). A second call with the same
# RESULTS goes on where this one stopped: what the same program passed is not done again, and bench.json keeps every slice, on
# a fresh machine too. In a checkout, "./dev bench unpack RESULTS/bench.json" puts the benchmark's results into docs/.
# ASSAY_BENCH_FOLDER is where the benchmark's weights (up to 40 GB) are kept for the next call; else they are temporary.
# --cpu-only tries this script itself where there is no GPU: the GPU tests skip, and all runs, shorter ones, are on the CPU.
set -uo pipefail

here=$(realpath "$(dirname "$0")")
device=cuda
[[ ${1:-} == --cpu-only ]] && { device=cpu; shift; }
results=${1:-gpu_check_results}
mkdir -p "$results"
results=$(realpath "$results")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# passed NAME: whether an earlier call with this program and RESULTS did this step.
passed() { grep -q "^$1: passed" "$results/summary.txt"; }

# step SECONDS NAME FILE COMMAND...: one line in summary.txt; the output goes to FILE.
step() {
  local limit=$1 name=$2 file=$3 start=$SECONDS status=0 left=$((460 - SECONDS))
  shift 3
  ((limit = limit < left ? limit : left))
  if ((limit <= 0)); then
    echo "$name: NOT RUN, time is up" | tee -a "$results/summary.txt"
    failed=1
    return
  fi
  timeout "$limit" "$@" >>"$file" 2>&1 || status=$?
  case $status in
    0) echo "$name: passed ($((SECONDS - start)) s)" ;;
    77) echo "$name: skipped, no GPU" ;;
    124) echo "$name: FAILED, longer than $limit s"; failed=1 ;;
    *) echo "$name: FAILED with exit $status ($((SECONDS - start)) s)"; failed=1 ;;
  esac | tee -a "$results/summary.txt"
  [[ $status == 0 || $status == 77 ]] || failed=1
}

# train OUT KEY=VALUE...: the quickstart with these settings.
train() {
  local out=$1 sets=() setting
  shift
  for setting in "data.dictionary_folder=$here/share/dictd" "data.prepared_folder=$work/data" "$@"; do
    sets+=(--set "$setting")
  done
  "$here/bin/assay" train --config "$here/configs/runs/quickstart.toml" --out "$out" "${sets[@]}"
}
export here work
export -f train

# losses_agree A B: the first steps of both runs, in fp32, differ by rounding only.
losses_agree() {
  python3 - "$1/steps.jsonl" "$2/steps.jsonl" <<'PYTHON'
import json, sys
runs = [[json.loads(line) for line in open(path)] for path in sys.argv[1:]]
losses = [{row["step"]: row["loss_nats"] for row in rows if "loss_nats" in row} for rows in runs]
steps = sorted(losses[0].keys() & losses[1].keys())
worst = max(abs(losses[0][s] - losses[1][s]) / losses[1][s] for s in steps)
for s in steps:
    print(s, losses[0][s], losses[1][s])
print(f"largest relative difference over {len(steps)} steps: {worst:.3g} (limit 5e-3)")
sys.exit(len(steps) < 10 or worst > 5e-3)
PYTHON
}
export -f losses_agree

version=$("$here/bin/assay" --version)
touch "$results/summary.txt"
if [[ -s $results/summary.txt ]] && ! grep -qxF "$version" "$results/summary.txt"; then
  echo "gpu_check: $results is of another program than $version: name another folder" >&2
  exit 2
fi
{
  date -u
  nvidia-smi --query-gpu=name,uuid,driver_version,memory.total,power.limit,clocks.sm,clocks.mem --format=csv 2>&1
  echo "$version"
} >>"$results/summary.txt" 2>&1

gpu_test=("$here/bin/gpu_test" --filenames-as-tags)
for test in $("${gpu_test[@]}" --list-tags | grep -o '\[#[a-z0-9_]*\]'); do
  name=gpu_${test:2:-1}
  passed "$name" || step 120 "$name" "$results/gpu_tests.txt" "${gpu_test[@]}" --durations yes "$test"
done
grep -q "^gpu_" "$results/summary.txt" || { echo "the GPU's tests: FAILED, none found" | tee -a "$results/summary.txt"; failed=1; }
if ! passed "report"; then
  short=
  [[ $device == cpu ]] && short="train.steps=50 schedule.warmup_steps=5"
  step 200 "quickstart on $device" "$results/training.txt" bash -c "train '$work/gpu' train.device=$device $short"
  step 20 "report" "$results/training.txt" "$here/bin/assay" report "$work/gpu" --out "$results/report.html"
  cat "$work"/gpu/steps.jsonl "$work"/gpu/energy.*.jsonl >"$results/run.jsonl" 2>/dev/null
fi
if ! passed "the losses agree"; then
  step 60 "20 steps on $device" "$results/training.txt" bash -c "train '$work/short' train.device=$device train.steps=20 schedule.warmup_steps=5 metrics.address=off"
  step 60 "20 steps on $device, no graphs" "$results/training.txt" bash -c "train '$work/plain' train.device=$device train.graphs=off train.steps=20 schedule.warmup_steps=5 metrics.address=off"
  step 10 "graphs and no graphs agree" "$results/training.txt" bash -c "losses_agree '$work/short' '$work/plain'"
  step 90 "20 steps on the CPU" "$results/training.txt" bash -c "train '$work/cpu' train.device=cpu train.steps=20 schedule.warmup_steps=5 metrics.address=off"
  step 10 "the losses agree" "$results/training.txt" bash -c "losses_agree '$work/short' '$work/cpu'"
fi
passed "what this machine can measure" || step 20 "what this machine can measure" "$results/training.txt" "$here/bin/assay" doctor
if ! passed "its claim against them"; then
  passes=()
  [[ $device == cpu ]] && passes=(--repeats 2 --warmup 1 --seq-len 512)
  step 90 "layers of deepseek-v3 on $device" "$results/probe.txt" "$here/bin/assay" probe --model deepseek-v3 --device "$device" --out "$work/probe.json" "${passes[@]}"
  step 20 "its claim against them" "$results/probe.txt" "$here/bin/assay" audit dsv3-total-2788k --explain --probe "$work/probe.json"
  cat "$work/probe.json" >>"$results/probe.txt" 2>/dev/null
fi

# It stops by itself a little before the limit of all steps, so that what it measured is kept.
bench=(python3 -B "$here/share/bench/gpu_bench.py" --work "${ASSAY_BENCH_FOLDER:-$work/bench}" --state "$results/bench.json"
  --assay "$here/bin/assay" --seconds $((450 - SECONDS)))
[[ $device == cpu ]] && bench+=(--cpu-only)
step 460 "benchmark" "$results/bench.txt" "${bench[@]}"
tac "$results/bench.txt" | sed '/^| case/q' | tac >>"$results/summary.txt"
rm -f "$results/bench.part"
echo "all: $SECONDS s" >>"$results/summary.txt"
ls -l "$results"
exit "$failed"
