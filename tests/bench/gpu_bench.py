#!/usr/bin/env python3
"""The benchmark on a GPU within a time limit, the most important case first; gpu_check runs it.

  gpu_bench.py --work FOLDER --state FILE --assay PROGRAM [--python PYTHON] [--seconds S] [--cpu-only]

FILE keeps everything that was measured: a second call with the same FILE goes on where the first one stopped, on a fresh
machine too. Its results become files by `bench.py unpack FILE`. --cpu-only tries the same code with a small model."""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import bench_report
import bench_targets

HERE = pathlib.Path(__file__).parent
KEPT = ("samples.jsonl", "command.json", "counts.json", "decode.json", "floor.json")
COMPILE = "plain/compile/shipped/bf16-weights"
# (verb, case, peers, the least seconds that it is worth starting with, the most that it gets)
GPU_PLAN = [
    ("run", "gpu_gpt2_124m", COMPILE, 120, 150),
    ("run", "gpu_qwen2_5_1_5b", "none", 50, 60),
    ("run", "gpu_olmoe_6_layers", "transformers:grouped_mm/eager/shipped/bf16-weights", 120, 150),
    ("run", "gpu_qwen2_5_0_5b", "none", 40, 50),
    ("run", "gpu_qwen2_5_3b", "own:fp8", 110, 140),
    ("decode", "gpu_gpt2_124m", None, 60, 120),
    ("run", "gpu_qwen2_5_7b", "none", 110, 140),
    ("profile", "gpu_gpt2_124m", COMPILE, 80, 150),
    ("floor", "gpu_gpt2_124m", None, 30, 60),
    ("floor", "gpu_qwen2_5_1_5b", None, 30, 60),
    ("floor", "gpu_olmoe_6_layers", None, 40, 80),
    ("run", "gpu_gpt2_124m", "plain/compile/shipped,transformers/compile/shipped", 170, 220),
    ("run", "gpu_qwen2_5_1_5b", COMPILE, 150, 180),
    ("run", "gpu_qwen3_moe_3_layers", "transformers:grouped_mm/eager/shipped/bf16-weights", 120, 150),
    ("run", "gpu_deepseek_v3_slice", "transformers:grouped_mm/eager/shipped/bf16-weights", 120, 150),
    ("decode", "gpu_qwen2_5_1_5b", None, 60, 120),
    ("decode", "gpu_qwen2_5_0_5b", None, 60, 120),
    ("run", "gpu_qwen2_5_0_5b", "plain/compile/shipped,transformers/compile/shipped", 200, 240),
    ("run", "gpu_qwen2_5_1_5b", "transformers/compile/shipped", 150, 180),
    ("profile", "gpu_olmoe_6_layers", None, 100, 150),
]
CPU_PLAN = [("run", "try_qwen2", None, 20, 60), ("decode", "try_qwen2", None, 20, 60), ("profile", "try_qwen2", None, 20, 60),
            ("floor", "try_qwen2", None, 10, 60)]


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("work", "state", "assay"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--cpu-only", action="store_true")
    return parser.parse_args()


def name_of(item):
    return " ".join(str(part) for part in item[:3] if part)


def next_item(plan, state, left, tried):
    """The first item of this call that is not done and can end in the seconds left; those that failed before come last."""
    waiting = [item for item in plan if name_of(item) not in state["done"] and name_of(item) not in tried]
    waiting.sort(key=lambda item: name_of(item) in state["failed"])  # stable: else in the plan's order
    return next((item for item in waiting if item[3] <= left), None)


def load_state(path):
    if path.exists():
        return json.loads(path.read_text())
    return {"schema_version": 1, "done": [], "failed": {}, "files": {}, "results": []}


def unpack_files(state, work):
    """What an earlier call measured, where this machine does not have it."""
    for name, text in state["files"].items():
        path = work / "bench" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def pack_files(state, work):
    for path in sorted((work / "bench").glob("*/*")):
        if path.name.endswith(KEPT):
            state["files"][str(path.relative_to(work / "bench"))] = path.read_text()


def save(state, path):
    part = path.with_suffix(".part")
    part.write_text(json.dumps(state, indent=1) + "\n")
    part.rename(path)


def measure(item, chosen, left):
    """Runs one item; None, or in a few lines why it failed."""
    verb, case, peers, _, most = item
    command = [chosen.python, "-B", HERE / "bench.py", verb, case, "fp32" if chosen.cpu_only else "bf16", "--build", chosen.work,
               "--assay", chosen.assay, "--python", chosen.python, "--threads", 2 if chosen.cpu_only else os.cpu_count(),
               *(["--peers", peers] if peers else []), *(["--seconds", 0.75 * min(most, left)] if verb == "run" else [])]
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        output, _ = process.communicate(timeout=min(most + 60, left))
    except subprocess.TimeoutExpired:
        output, process.returncode = end(process) + "\ntime is up", 1
    except SystemExit:  # gpu_check is ended
        end(process)
        raise
    print(f"== {name_of(item)}\n{output}", flush=True)
    return None if process.returncode == 0 else output[-800:]


def end(process):
    process.terminate()  # bench.py ends the programs that it has stopped
    return process.communicate()[0]


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    chosen = options()
    deadline = time.monotonic() + chosen.seconds
    state, tried = load_state(chosen.state), set()
    plan = CPU_PLAN if chosen.cpu_only else GPU_PLAN
    chosen.work.mkdir(parents=True, exist_ok=True)
    unpack_files(state, chosen.work)
    save(state, chosen.state)
    while item := next_item(plan, state, deadline - time.monotonic(), tried):
        tried.add(name_of(item))
        failure = measure(item, chosen, deadline - time.monotonic())
        state["failed"].pop(name_of(item), None)
        if failure:
            state["failed"][name_of(item)] = failure
        else:
            state["done"].append(name_of(item))
        pack_files(state, chosen.work)
        chosen.build = chosen.work
        state["results"] = bench_report.all_results(chosen)
        save(state, chosen.state)
    print(bench_targets.table(state["results"]))
    print(f"benchmark: {len(state['done'])} of {len(plan)} done; failed: {sorted(state['failed'])}")
    sys.exit(bool(set(state["failed"]) & tried))


if __name__ == "__main__":
    main()
