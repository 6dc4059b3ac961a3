#!/usr/bin/env python3
"""Measures the program beside its peers; README.md here has the rules. ./dev bench runs it.

  bench.py run CASE DTYPE [--device D] [--seconds S] [--peers P,P] [--program NAME=PATH]...
                                     one slice, added to the case's samples
  bench.py profile CASE DTYPE        operators and kernel launches a step, by the profiler, in short runs of their own
  bench.py decode CASE DTYPE         tokens/s of decoding against what memory allows
  bench.py floor CASE DTYPE          the products of a case by each of LibTorch's paths
  bench.py report                    every case that has samples: JSON files, a table, the targets of GPU cases
  bench.py unpack FILE               the results that gpu_check left, as JSON files"""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys

import bench_case
import bench_decode
import bench_device
import bench_profile
import bench_report
import bench_slice
import bench_table
import bench_targets
import step_tokens

ROOT = bench_case.ROOT
HERE = pathlib.Path(__file__).parent
OURS = bench_report.OURS


def options(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, epilog="cases: " + ", ".join(bench_case.names()),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["run", "profile", "decode", "floor", "report", "unpack"])
    parser.add_argument("case", nargs="?", help="for unpack: the file")
    parser.add_argument("dtype", nargs="?", choices=["fp32", "bf16"])
    parser.add_argument("--device", choices=["cpu", "cuda"], help="default: the case's")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/dev")
    parser.add_argument("--assay", type=pathlib.Path, help="default: the program of the build")
    parser.add_argument("--python", type=pathlib.Path, default=ROOT / "build/parity-venv/bin/python")
    parser.add_argument("--seconds", type=float, default=170, help="of rounds; default: 170")
    parser.add_argument("--threads", type=int, default=2, help="default: 2")
    parser.add_argument("--peers", help="default: every peer of the case; none: the program alone")
    parser.add_argument("--program", action="append", default=[], help="NAME=PATH of another build to measure too")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/measurements/bench")
    chosen = parser.parse_args(arguments)
    chosen.assay = chosen.assay or chosen.build / "app/assay"
    if chosen.command == "unpack" and not chosen.case:
        parser.error("FILE is missing")
    if chosen.command not in ("report", "unpack") and not (chosen.case and chosen.dtype):
        parser.error("CASE and DTYPE are missing")
    if chosen.command not in ("report", "unpack") and chosen.case not in bench_case.names():
        parser.error(f"no such case: {chosen.case} (there are: {', '.join(bench_case.names())})")
    return chosen


def prepare(case, chosen):
    """Weights, text and token shards of a case, once."""
    case.folder.mkdir(parents=True, exist_ok=True)
    if not case.text.exists():
        case.text.write_bytes(step_tokens.made_up_text(bench_case.TEXT_BYTES))
    if not (case.weights / "model.safetensors").exists():
        subprocess.run([chosen.python, HERE / "make_weights.py", case.name, chosen.build, case.device], check=True)
    if not (case.folder / "data").exists():
        sets = {"corpus": "text", "text_file": case.text, "prepared_folder": case.folder / "data",
                "validation_share": bench_case.VALIDATION_SHARE}
        subprocess.run([chosen.assay, "prepare",
                        *(part for key, value in sets.items() for part in ("--set", f"data.{key}={value}"))], check=True)


def workers_of(case, chosen):
    """The programs {name: path} and the peers of a slice."""
    names = case.peers() if chosen.peers is None else [
        name for name in chosen.peers.split(",") if name and name != "none"]
    programs = {OURS: chosen.assay, **dict(text.split("=", 1) for text in chosen.program),
                **{name: chosen.assay for name in names if name.startswith("own:")}}
    return programs, [bench_slice.Peer(name, chosen.dtype) for name in names if not name.startswith("own:")]


def preload_of(chosen):
    return chosen.build / "tests/libbench_environment.so"


def command_line(chosen):
    """What repeats this slice in a checkout; where the programs lie is no part of it."""
    given = [("device", chosen.device), ("peers", chosen.peers), ("threads", chosen.threads), ("seconds", f"{chosen.seconds:g}")]
    return " ".join(["./dev bench", chosen.command, chosen.case, chosen.dtype,
                     *(f"--{key} {value}" for key, value in given if value is not None)])


def commands_before(case):
    """Of the slices whose samples lie there already."""
    file = case.file("command.json")
    if not file.exists() or not case.file("samples.jsonl").exists():
        return []
    before = json.loads(file.read_text())
    return before.get("slices", [before["command"]])


def run(chosen):
    case = bench_case.Case(chosen.case, chosen.dtype, chosen.build, chosen.device)
    device = bench_device.make_device(case.device)
    prepare(case, chosen)
    programs, peers = workers_of(case, chosen)
    makers = {name: lambda name=name, path=path: bench_slice.start_program(case, name, path, chosen.threads, device)
              for name, path in programs.items()}
    for peer in peers:
        makers[peer.name] = lambda peer=peer: bench_slice.start_peer(case, peer, chosen.build, chosen.python, chosen.threads,
                                                                     preload_of(chosen), device)
    slices = [*commands_before(case), command_line(chosen)]
    command = {"command": slices[-1], "slices": slices, "threads": chosen.threads, "device": device.facts() or {"kind": "cpu"},
               "device_label": device.label(), "energy": device.energy_source or "not measured"}
    case.file("command.json").write_text(json.dumps(command))
    rounds = bench_slice.measure(case, makers, chosen.seconds)
    print(f"{case.name} {case.dtype}: {rounds} rounds of {len(makers)}")
    print(bench_table.line_by_line(bench_report.result_of(case, chosen)))


def profile(chosen):
    case = bench_case.Case(chosen.case, chosen.dtype, chosen.build, chosen.device)
    prepare(case, chosen)
    programs, peers = workers_of(case, chosen)
    makers = bench_profile.makers_of(case, programs, peers, chosen, bench_device.make_device(case.device),
                                     preload_of(chosen))
    print(json.dumps(bench_profile.profile(case, makers), indent=1))


def decode(chosen):
    case = bench_case.Case(chosen.case, chosen.dtype, chosen.build, chosen.device)
    prepare(case, chosen)
    print(json.dumps(bench_decode.decode(case, chosen.assay, chosen.python, chosen.threads), indent=1))


def measure_floor(chosen):
    import step_floor

    case = bench_case.Case(chosen.case, chosen.dtype, chosen.build, chosen.device)
    prepare(case, chosen)
    products = case.folder / "products.json"
    products.write_text(json.dumps(step_floor.products_of(
        bench_report.model_of(case, chosen), case.tokens_per_batch, case.grad_accum)))
    timings = {}
    for environment in bench_case.ENVIRONMENTS[case.device]:
        preload = {"LD_PRELOAD": str(preload_of(chosen))} if environment == "tuned" else {}
        done = subprocess.run([chosen.python, HERE / "library_floor.py", products, case.dtype, str(chosen.threads), case.device],
                              check=True, capture_output=True, text=True,
                              env={**os.environ, **preload, "OMP_NUM_THREADS": str(chosen.threads)})
        timings[environment] = json.loads(done.stdout)
    case.file("floor.json").write_text(json.dumps(timings))
    print(json.dumps(bench_report.floor_of(case, chosen), indent=1))


def report(chosen):
    results = bench_report.all_results(chosen)
    bench_report.write(results, chosen.out)
    print(bench_table.table([result for result in results if "name" not in result.get("device", {})]))
    print("\n" + bench_targets.table(results))


def unpack(chosen):
    results = json.loads(pathlib.Path(chosen.case).read_text())["results"]
    bench_report.write(results, chosen.out)
    print(bench_targets.table(results))


def main():
    # So that a slice that is ended also ends the programs it has stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    chosen = options()
    {"run": run, "profile": profile, "decode": decode, "floor": measure_floor, "report": report,
     "unpack": unpack}[chosen.command](chosen)


if __name__ == "__main__":
    main()
