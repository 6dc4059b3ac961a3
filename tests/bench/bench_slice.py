"""One slice of measuring: the program and peers side by side, block after block, in turn."""

import json
import os
import pathlib
import shutil
import subprocess
import time

import bench_statistics
from paused_worker import PausedWorker

WARM_UP_STEPS = {"cpu": 2, "cuda": 8}  # on a GPU the program records its graph in the third and is four steps ahead
WARM_UP_SECONDS = 200
HERE = pathlib.Path(__file__).parent


class Peer:
    """PEER/MODE/ENVIRONMENT[/PRECISION], such as plain/eager/tuned or transformers:grouped_mm/compile/shipped."""

    def __init__(self, text, dtype):
        parts = text.split("/")
        if len(parts) not in (3, 4) or parts[1] not in ("eager", "compile") or parts[2] not in ("shipped", "tuned"):
            raise SystemExit(f"a peer is PEER/eager|compile/shipped|tuned[/PRECISION]: {text}")
        self.name = text
        self.peer, self.mode, self.environment = parts[:3]
        self.precision = parts[3] if len(parts) == 4 else dtype


def start_program(case, name, program, threads, device, sets=()):
    """The program itself, on a config of this case; its run directory is made anew. own:fp8 is its training in fp8."""
    config = case.file("toml")
    config.write_text(case.program_config(threads))
    out = case.folder / "runs" / name.replace("/", "_").replace(":", "_")
    shutil.rmtree(out, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    settings = {**case.table.get("program", {}), **dict(sets)}
    if name.startswith("own:"):
        settings["train.precision"] = name.partition(":")[2]
    changes = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    worker = PausedWorker(name, [program, "train", "--config", config, "--out", out, *changes], out / "steps.jsonl", {},
                          out.with_suffix(".log"), device)
    shown = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    worker.version = shown.strip().splitlines()[0]
    return worker


def start_peer(case, peer, build, python, threads, preload, device, more=()):
    out = case.folder / "runs" / f"{case.dtype}.{peer.name.replace('/', '_')}.steps.jsonl"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.unlink(missing_ok=True)
    environment = {"OMP_NUM_THREADS": str(threads), "TORCHINDUCTOR_CACHE_DIR": str(case.folder.parent / "inductor"),
                   "PYTHONDONTWRITEBYTECODE": "1", "HF_HUB_OFFLINE": "1"}
    if peer.environment == "tuned":
        environment["LD_PRELOAD"] = str(preload)
        environment["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1"
    command = [python, HERE / "peer_train.py", "--case", case.name, "--dtype", case.dtype, "--build", build, "--peer",
               peer.peer, "--mode", peer.mode, "--precision", peer.precision, "--threads", threads, "--out", out,
               "--device", case.device, *more]
    return PausedWorker(peer.name, command, out, environment, out.with_suffix(".log"), device)


def measure(case, makers, seconds, repeats=3):
    """Takes blocks of `makers` ({name: make}) in turn until `seconds` have passed since the call, all of them started at the
    beginning, or one at a time where the case says that they do not fit together. Appends to the case's samples."""
    deadline = time.monotonic() + seconds
    slice_id = f"{time.time():.0f}-{os.getpid()}"
    one_at_a_time = case.table.get("one_at_a_time", False)
    workers = {}
    try:
        if not one_at_a_time:
            for name, make in makers.items():
                start(name, make, workers)
        round_number, longest = 0, 0.0
        with case.samples_path.open("a") as samples:
            while round_number == 0 or time.monotonic() + longest < deadline:
                begin = time.monotonic()
                for name, make in makers.items():
                    worker = workers.get(name) or start(name, make, workers)
                    block = undisturbed_block(worker, repeats, deadline)
                    write(samples, {"kind": "block", "slice": slice_id, "round": round_number, "worker": name, **block})
                    if one_at_a_time:
                        end(samples, slice_id, workers.pop(name))
                round_number += 1
                longest = max(longest, time.monotonic() - begin)
            for name in list(workers):
                end(samples, slice_id, workers.pop(name))
        return round_number
    finally:
        for worker in workers.values():
            worker.end()


def start(name, make, workers):
    workers[name] = make()
    workers[name].warm_up(WARM_UP_STEPS[workers[name].device.kind], WARM_UP_SECONDS)
    return workers[name]


def undisturbed_block(worker, repeats, deadline):
    """A block that other processes disturbed is taken again, at most `repeats` times."""
    for _ in range(repeats):
        block = worker.block()
        if bench_statistics.is_undisturbed(block) or time.monotonic() > deadline:
            break
    return block


def write(samples, line):
    samples.write(json.dumps(line) + "\n")
    samples.flush()


def end(samples, slice_id, worker):
    device_memory = {} if worker.device_memory is None else {"device_memory_bytes": worker.device_memory}
    write(samples, {"kind": "worker", "slice": slice_id, "worker": worker.name, "version": worker.version,
                    "peak_memory_bytes": worker.peak_memory_bytes(), **device_memory,
                    "losses": worker.losses(bench_statistics.COMPARED_STEPS)})
    worker.end()
