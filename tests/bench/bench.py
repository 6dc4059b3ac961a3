#!/usr/bin/env python3
"""Measures the program beside its peers; README.md here has the rules. ./dev bench runs it.

  bench.py run CASE DTYPE [--seconds S] [--peers P,P] [--program NAME=PATH]...   one slice, added to the case's samples
  bench.py floor CASE DTYPE                                 the products of a case by each of LibTorch's paths
  bench.py report                                           every case that has samples: JSON files and a table"""

import argparse
import datetime
import json
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import tomllib

import bench_case
import bench_result
import bench_slice
import bench_table
import step_tokens

ROOT = bench_case.ROOT
HERE = pathlib.Path(__file__).parent
OURS = "assay"


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["run", "floor", "report"])
    parser.add_argument("case", nargs="?")
    parser.add_argument("dtype", nargs="?", choices=["fp32", "bf16"])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/dev")
    parser.add_argument("--python", type=pathlib.Path, default=ROOT / "build/parity-venv/bin/python")
    parser.add_argument("--seconds", type=float, default=170)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peers", default="", help="default: every peer of the case, eager, shipped and tuned")
    parser.add_argument("--program", action="append", default=[], help="NAME=PATH of another build to measure too")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/measurements/bench")
    chosen = parser.parse_args()
    if chosen.command != "report" and not (chosen.case and chosen.dtype):
        parser.error("CASE and DTYPE are missing")
    return chosen


def prepare(case, chosen):
    """Weights, text and token shards of a case, once."""
    case.folder.mkdir(parents=True, exist_ok=True)
    if not case.text.exists():
        case.text.write_bytes(step_tokens.made_up_text(bench_case.TEXT_BYTES))
    if not (case.weights / "model.safetensors").exists():
        subprocess.run([chosen.python, HERE / "make_weights.py", case.name, chosen.build], check=True)
    if not (case.folder / "data").exists():
        sets = {"corpus": "text", "text_file": case.text, "prepared_folder": case.folder / "data",
                "validation_share": bench_case.VALIDATION_SHARE}
        subprocess.run([chosen.build / "app/assay", "prepare",
                        *(part for key, value in sets.items() for part in ("--set", f"data.{key}={value}"))], check=True)


def run(chosen):
    case = bench_case.Case(chosen.case, chosen.dtype, chosen.build)
    prepare(case, chosen)
    preload = chosen.build / "tests/libbench_environment.so"
    programs = {OURS: chosen.build / "app/assay"}
    programs.update(dict(text.split("=", 1) for text in chosen.program))
    makers = {name: lambda name=name, path=path: bench_slice.start_program(case, name, path, chosen.threads)
              for name, path in programs.items()}
    names = [name for name in chosen.peers.split(",") if name] or [
        f"{peer}/eager/{environment}" for peer in case.table["peers"] for environment in ("shipped", "tuned")]
    for name in names:
        peer = bench_slice.Peer(name, chosen.dtype)
        makers[name] = lambda peer=peer: bench_slice.start_peer(case, peer, chosen.build, chosen.python, chosen.threads,
                                                                preload)
    rounds = bench_slice.measure(case, makers, chosen.seconds)
    command = {"command": shlex.join(sys.argv), "threads": chosen.threads}
    (case.folder / f"{case.dtype}.command.json").write_text(json.dumps(command))
    print(f"{case.name} {case.dtype}: {rounds} rounds of {len(makers)}")
    print(bench_table.line_by_line(result_of(case, chosen)))


def model_of(case, chosen):
    shown = subprocess.run([chosen.build / "app/assay", "models", "show", "--hf", case.weights / "config.json", "--json",
                            "--seq-len", str(case.table["seq_len"])], check=True, capture_output=True, text=True)
    return json.loads(shown.stdout)


def measure_floor(chosen):
    import step_floor

    case = bench_case.Case(chosen.case, chosen.dtype, chosen.build)
    prepare(case, chosen)
    products = case.folder / "products.json"
    products.write_text(json.dumps(step_floor.products_of(model_of(case, chosen), case.tokens_per_step)))
    timings = {}
    for environment in ("shipped", "tuned"):
        preload = {"LD_PRELOAD": str(chosen.build / "tests/libbench_environment.so")} if environment == "tuned" else {}
        done = subprocess.run([chosen.python, HERE / "library_floor.py", products, case.dtype, str(chosen.threads)],
                              check=True, capture_output=True, text=True,
                              env={**os.environ, **preload, "OMP_NUM_THREADS": str(chosen.threads)})
        timings[environment] = json.loads(done.stdout)
    (case.folder / f"{case.dtype}.floor.json").write_text(json.dumps(timings))
    floor = bench_result.floor_result(case, model_of(case, chosen), timings, machine_entry())
    print(json.dumps({key: value for key, value in floor.items() if key != "products"}, indent=1))


def machine_entry():
    """This machine's line of roofline.toml, if it has one."""
    here = bench_result.processor()
    with (HERE / "roofline.toml").open("rb") as file:
        for machine in tomllib.load(file)["machine"]:
            if all(machine[key] == here[key] for key in ("cpu_model", "cpu_family", "cores")):
                return machine
    return None


def result_of(case, chosen):
    blocks, losses, memory, built = bench_result.read_samples(case.samples_path)
    model = model_of(case, chosen)
    result = {"case": case.name, "dtype": case.dtype, "about": case.table["about"], "config": case.table["config"],
              "tokens_per_step": case.tokens_per_step, "optimizer": bench_case.OPTIMIZER,
              "workers": {name: bench_result.worker_result(name, blocks, losses, memory, OURS, case.dtype,
                                                           case.tokens_per_step) for name in blocks}}
    for name, versions in built.items():
        if name in result["workers"]:  # not where its slice ended before the first block
            result["workers"][name]["versions"] = sorted(versions)
    floor_path = case.folder / f"{case.dtype}.floor.json"
    if floor_path.exists():
        result["floor"] = bench_result.floor_result(case, model, json.loads(floor_path.read_text()), machine_entry())
        bench_result.add_shares(result, OURS, result["floor"], model["flops_per_token"])
    return result


def report(chosen):
    chosen.out.mkdir(parents=True, exist_ok=True)
    common = {"schema_version": 1, "processor": bench_result.processor(),
              "versions": bench_result.versions(chosen.build / "app/assay", chosen.python),
              "made": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
              "energy": "not measured"}
    results = []
    for path in sorted((chosen.build / "bench").glob("*/*.samples.jsonl")):
        case = bench_case.Case(path.parent.name, path.name.partition(".")[0], chosen.build)
        command = json.loads((case.folder / f"{case.dtype}.command.json").read_text())
        result = {**common, **command, **result_of(case, chosen)}
        (chosen.out / f"{case.name}.{case.dtype}.json").write_text(json.dumps(result, indent=1) + "\n")
        results.append(result)
    print(bench_table.table(results))


def main():
    # So that a slice that is ended also ends the programs it has stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    chosen = options()
    {"run": run, "floor": measure_floor, "report": report}[chosen.command](chosen)


if __name__ == "__main__":
    main()
