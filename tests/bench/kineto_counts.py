"""What a step does, counted in a trace of LibTorch's profiler (Kineto), the program's or a peer's."""

import collections
import json

# Calls of the CUDA runtime and driver that start kernels: one for a kernel, one for a whole recorded graph.
LAUNCHES = ("LaunchKernel", "LaunchCooperativeKernel", "GraphLaunch")
COPIES = ("gpu_memcpy", "gpu_memset")


def outermost(spans):
    """The number of (begin, end) spans of one thread that lie in no other."""
    count, covered = 0, float("-inf")
    for begin, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if begin >= covered:
            count, covered = count + 1, end
    return count


def count(events):
    """`operators` are ATen's, those called by other operators left out: code that calls none (own kernels, Inductor's) is not
    in it. On a GPU also what the host launched, what the device ran and what was copied."""
    kinds, threads = collections.Counter(), collections.defaultdict(list)
    launches = 0
    for event in events:
        if event.get("ph") != "X":
            continue
        kind = event.get("cat", "")
        kinds[kind] += 1
        if kind == "cpu_op":
            threads[event["tid"]].append((event["ts"], event["ts"] + event["dur"]))
        elif kind in ("cuda_runtime", "cuda_driver"):
            launches += any(name in event["name"] for name in LAUNCHES)
    if not kinds["cpu_op"] and not kinds["kernel"]:
        raise ValueError("the trace has neither operators nor kernels")
    result = {"operators": sum(map(outermost, threads.values()))}
    if kinds["kernel"]:
        result |= {"kernel_launches": launches, "kernels": kinds["kernel"],
                   "copies": sum(kinds[kind] for kind in COPIES)}
    return result


def count_file(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return count(json.load(file)["traceEvents"])


def per_step(short, long, steps):
    """Of the `steps` more that the longer of two traces has: first steps, in which graphs are recorded and kernels chosen, are
    in both."""
    if set(short) != set(long):
        raise ValueError(f"two traces of one program differ in kind: {sorted(short)} and {sorted(long)}")
    return {"traced_steps": steps, **{f"{key}_per_step": (long[key] - short[key]) / steps for key in long}}
