"""One slice of measuring: the program and peers side by side, block after block, in turn."""

import json
import os
import pathlib
import shutil
import subprocess
import time

import bench_statistics
from paused_worker import PausedWorker

WARM_UP_STEPS = 2
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


def start_program(case, name, program, threads):
    """The program itself, on a config of this case; its run directory is made anew."""
    config = case.folder / f"{case.dtype}.toml"
    config.write_text(case.program_config(threads))
    out = case.folder / "runs" / name.replace("/", "_")
    shutil.rmtree(out, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    worker = PausedWorker(name, [program, "train", "--config", config, "--out", out], out / "steps.jsonl", {},
                          out.with_suffix(".log"))
    shown = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    worker.version = shown.strip().splitlines()[0]
    return worker


def start_peer(case, peer, build, python, threads, preload):
    out = case.folder / "runs" / f"{case.dtype}.{peer.name.replace('/', '_')}.steps.jsonl"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.unlink(missing_ok=True)
    environment = {"OMP_NUM_THREADS": str(threads), "TORCHINDUCTOR_CACHE_DIR": str(case.folder.parent / "inductor"),
                   "PYTHONDONTWRITEBYTECODE": "1", "HF_HUB_OFFLINE": "1"}
    if peer.environment == "tuned":
        environment["LD_PRELOAD"] = str(preload)
        environment["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1"
    command = [python, HERE / "peer_train.py", "--case", case.name, "--dtype", case.dtype, "--build", build, "--peer",
               peer.peer, "--mode", peer.mode, "--precision", peer.precision, "--threads", threads, "--out", out]
    return PausedWorker(peer.name, command, out, environment, out.with_suffix(".log"))


def measure(case, makers, seconds, repeats=3):
    """Starts each of `makers` ({name: make}), then takes blocks in turn until `seconds` have passed since the call.
    A block that other processes disturbed is taken again, at most `repeats` times. Appends to the case's samples."""
    deadline = time.monotonic() + seconds
    slice_id = f"{time.time():.0f}-{os.getpid()}"
    workers = []
    try:
        for make in makers.values():
            workers.append(make())
            workers[-1].warm_up(WARM_UP_STEPS, WARM_UP_SECONDS)
        round_number, longest = 0, 0.0
        with case.samples_path.open("a") as samples:
            while time.monotonic() + longest < deadline:
                begin = time.monotonic()
                for worker in workers:
                    for _ in range(repeats):
                        block = worker.block()
                        if block["other_cpu_share"] <= bench_statistics.MAX_OTHER_LOAD or time.monotonic() > deadline:
                            break
                    line = {"kind": "block", "slice": slice_id, "round": round_number, "worker": worker.name, **block}
                    samples.write(json.dumps(line) + "\n")
                round_number += 1
                longest = max(longest, time.monotonic() - begin)
            for worker in workers:
                samples.write(json.dumps({"kind": "worker", "slice": slice_id, "worker": worker.name,
                                          "version": worker.version, "peak_memory_bytes": worker.peak_memory_bytes(),
                                          "losses": worker.losses(bench_statistics.COMPARED_STEPS)}) + "\n")
        return round_number
    finally:
        for worker in workers:
            worker.end()
