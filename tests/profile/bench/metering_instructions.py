#!/usr/bin/env python3
"""Counts, with callgrind, the instructions that metering adds to a training step.

Usage: metering_instructions.py ASSAY_TORCH [--warm-up N] [--steps N] [--d-model N] [--fake-nvml FOLDER] [--set KEY=VALUE ...]

Trains a small model on one thread under `valgrind --tool=callgrind` (a thousand times slower: valgrind computes fused
multiply-adds one by one) and prints what profiler, metrics and record execute in a step, over the instructions of the step
itself. Instructions do not depend on how busy the machine is, but valgrind has no AVX-512: where the processor does, the
matrix products of a step take fewer instructions than counted here.

With --fake-nvml (the folder of the tests' scripted libnvidia-ml.so.1) the energy sampler reads a GPU too. It polls by the
clock, so its instructions are counted for a poll and put against those of the steps that fit between two polls. What a
real driver executes in a call is not in the figure. Its CPU time: `ctest -L bench -R metering`.
"""
import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

# Functions whose callees belong to them and that do not call one another.
PARTS = {
    "profiler": [
        r"assay::StepProfiler::(enter|end_step|begin_layer|end_layer|begin_overlapped|end_overlapped|take_finished)\(",
    ],
    "metrics": [r"assay::MetricsSink::consume\("],
    "record": [r"assay::RunWriter::consume\("],
    "attribution": [r"assay::app::PhaseAttribution::(add|take_ticks)\("],
}
STEP = r"assay::Trainer::train_one\("
POLL = r"assay::EnergyMeter::poll\("
POLL_PERIOD_S = 0.05  # energy.poll_period


def write_config(folder, d_model, threads=1):
    text = "Gold and silver, lead and tin: the assay tells them apart.\n" * 4000
    (folder / "text.txt").write_text(text)
    (folder / "run.toml").write_text(f"""
[model]
family = "gpt2"
num_layers = 2
d_model = {d_model}
num_heads = 4
d_ff = {4 * d_model}
vocab_size = 256
max_seq_len = 64
[data]
corpus = "text"
text_file = "{folder}/text.txt"
prepared_folder = "{folder}/data"
validation_share = 0.1
[train]
micro_batch = 4
seq_len = 64
device = "cpu"
threads = {threads}
[schedule]
warmup_steps = 1
[sample]
tokens = 0
[metrics]
address = "off"
""")


def command_of(program, folder, out, steps, settings):
    command = [program, "train", "--config", str(folder / "run.toml"), "--out", str(out), "--progress", "none"]
    # The ceiling's matrix products are minutes under valgrind.
    for setting in [f"train.steps={steps}", "profile.ceiling=false", *settings]:
        command += ["--set", setting]
    return command


def sampled_gpu(folder, fake_nvml):
    """Settings and environment with which the program reads a scripted GPU."""
    if not fake_nvml:
        return [], os.environ
    script = folder / "nvml"
    script.write_text("gpu GPU-1 NVIDIA H100\nenergy 1000 36000\npower 700000\n")
    environment = {**os.environ, "LD_LIBRARY_PATH": os.path.abspath(fake_nvml), "ASSAY_FAKE_NVML": str(script)}
    # Samples come by the clock too, and a step under valgrind takes a thousand times as long: they would be counted into it.
    return ["energy.gpus=GPU-1", "energy.probe_time=0 s", f"energy.poll_period={POLL_PERIOD_S} s",
            "energy.record_period=600 s"], environment


def num_lines(path):
    return path.read_text().count("\n") if path.exists() else 0


def tell(text):
    print(f"{time.strftime('%T')} {text}", file=sys.stderr, flush=True)


def wait_for_steps(run, process, count):
    while num_lines(run / "steps.jsonl") < count:
        if process.poll() is not None:
            sys.exit(f"metering_instructions: the run ended after {num_lines(run / 'steps.jsonl')} steps")
        time.sleep(0.2)


def inclusive_costs(profile):
    """Instructions of each function with what it calls, by its name."""
    text = subprocess.run(
        ["callgrind_annotate", "--inclusive=yes", "--threshold=100", "--show-percs=no", str(profile)],
        check=True, capture_output=True, text=True).stdout
    costs = {}
    for line in text.splitlines():
        found = re.match(r"\s*([\d,]+)\s+\S*?:(.*?)(?: \[.*\])?$", line)
        if found:
            name = found[2]
            costs[name] = max(costs.get(name, 0), int(found[1].replace(",", "")))
    return costs


def sum_of(costs, patterns):
    return sum(cost for name, cost in costs.items() for pattern in patterns if re.match(pattern, name))


def num_calls(profile, pattern):
    """How often functions of that name were called while instructions were counted."""
    names = {}
    called = ""
    calls = 0
    for line in open(profile):
        found = re.match(r"c?fn=\((\d+)\)(?: (.*))?$", line)
        if found:
            names.setdefault(found[1], found[2] or "")
            if line.startswith("cfn"):
                called = names[found[1]]
        elif line.startswith("calls=") and re.match(pattern, called):
            calls += int(line[len("calls="):].split()[0])
    return calls


def instructions(program, folder, warm_up, steps, settings, environment):
    """Instructions of each part in some steps, how many steps those were, and instructions of a poll."""
    profile = folder / "callgrind.out"
    run = folder / "counted"
    # Start-up and the first steps, which pay for allocation, run without being counted and several times as fast.
    valgrind = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={profile}", "--quiet"]
    process = subprocess.Popen([*valgrind, *command_of(program, folder, run, 100000, settings)],
                               stdout=subprocess.DEVNULL, env=environment)
    try:
        wait_for_steps(run, process, warm_up)
        tell(f"{warm_up} steps uncounted")
        subprocess.run(["callgrind_control", "--instr=on", str(process.pid)], check=True, stdout=subprocess.DEVNULL)
        first = num_lines(run / "steps.jsonl")
        wait_for_steps(run, process, first + steps)
        subprocess.run(["callgrind_control", "--instr=off", str(process.pid)], check=True, stdout=subprocess.DEVNULL)
        counted = num_lines(run / "steps.jsonl") - first
        tell(f"{counted} steps counted")
        subprocess.run(["callgrind_control", "--dump", str(process.pid)], check=True, stdout=subprocess.DEVNULL)
    finally:
        process.kill()  # under valgrind a clean end takes minutes
        process.wait()
    profile = profile.with_name(profile.name + ".1")
    costs = inclusive_costs(profile)
    polls = num_calls(profile, POLL)
    poll = sum_of(costs, [POLL]) / polls if polls else None
    return {name: sum_of(costs, patterns) for name, patterns in {**PARTS, "step": [STEP]}.items()}, counted, poll


def step_seconds(program, folder, steps, settings, environment):
    """Median wall time of a step without valgrind."""
    subprocess.run(command_of(program, folder, folder / "timed", steps, settings), check=True,
                   stdout=subprocess.DEVNULL, env=environment)
    walls = sorted(json.loads(line)["wall_s"] for line in open(folder / "timed" / "steps.jsonl"))
    return walls[len(walls) // 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--warm-up", type=int, default=5)
    parser.add_argument("--d-model", type=int, default=64)
    parser.add_argument("--fake-nvml", metavar="FOLDER")
    parser.add_argument("--set", action="append", default=[], dest="settings", metavar="KEY=VALUE")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("metering_instructions: ended by SIGTERM"))  # and the run with it
    program = os.path.abspath(options.program)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_config(folder, options.d_model)
        more, environment = sampled_gpu(folder, options.fake_nvml)
        settings = options.settings + more
        seconds = step_seconds(program, folder, 200, settings, environment)
        costs, counted, poll = instructions(program, folder, options.warm_up, options.steps, settings, environment)
    if costs["step"] <= 0:
        sys.exit("metering_instructions: no instructions of assay::Trainer::train_one were seen")
    print(f"step: {costs['step'] / counted:,.0f} instructions (mean of {counted}), {seconds * 1e3:.3g} ms without valgrind")
    for part in PARTS:
        print(f"{part}: {costs[part] / counted:,.0f} instructions a step, {100 * costs[part] / costs['step']:.3f} % of it")
    if options.fake_nvml and not poll:
        sys.exit("metering_instructions: no poll of the energy sampler was seen")
    if poll:
        share = poll / POLL_PERIOD_S / (costs["step"] / counted / seconds)
        print(f"sampler: {poll:,.0f} instructions a poll, every {POLL_PERIOD_S * 1e3:.0f} ms: {100 * share:.3f} % of the steps'")


if __name__ == "__main__":
    main()
