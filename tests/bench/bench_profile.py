"""Short runs under LibTorch's profiler, apart from the timed ones, which it would slow down: operators and launches a step."""

import json

import bench_slice
import kineto_counts

SHORT, LONG = 4, 8  # steps of a trace, from the second on: the program records its graph in the third
SECONDS = 300


def profile(case, makers):
    """`makers`: {name: make(trace_file, steps)} of workers that write a trace of so many steps from the second on. Adds what was
    counted to the case's counts."""
    path = case.file("counts.json")
    counts = json.loads(path.read_text()) if path.exists() else {}
    for name, make in makers.items():
        trace = case.folder / "runs" / f"{name.replace('/', '_').replace(':', '_')}.kineto.json"
        trace.parent.mkdir(parents=True, exist_ok=True)
        trace.unlink(missing_ok=True)
        found = []
        for steps in (SHORT, LONG):
            worker = make(trace, steps)
            try:
                worker.wait_for(lambda: len(worker.steps) > steps + 2, SECONDS)
            finally:
                worker.end()
            found.append(kineto_counts.count_file(trace))
            trace.unlink()
        counts[name] = kineto_counts.per_step(*found, LONG - SHORT)
        path.write_text(json.dumps(counts))
    return counts


def makers_of(case, programs, peers, chosen, device, preload):
    """The workers of a profile run."""
    found = {name: lambda trace, steps, name=name, path=path: bench_slice.start_program(
        case, name, path, chosen.threads, device, {"profile.kineto": trace, "profile.kineto_steps": steps}) for name, path in programs.items()}
    for peer in peers:
        found[peer.name] = lambda trace, steps, peer=peer: bench_slice.start_peer(
            case, peer, chosen.build, chosen.python, chosen.threads, preload, device, ["--kineto", trace, "--kineto-steps", steps])
    return found
