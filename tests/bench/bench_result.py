"""A result: what the samples of a case say, with the machine, the versions and the command."""

import dataclasses
import json
import pathlib
import statistics
import subprocess

import bench_statistics
import step_floor


@dataclasses.dataclass
class Samples:
    """What the slices of a case wrote, by worker: blocks, losses by step, the largest memory, versions of the program."""

    blocks: dict = dataclasses.field(default_factory=dict)
    losses: dict = dataclasses.field(default_factory=dict)
    memory: dict = dataclasses.field(default_factory=dict)
    device_memory: dict = dataclasses.field(default_factory=dict)
    built: dict = dataclasses.field(default_factory=dict)


def read_samples(path):
    samples = Samples()
    for sample in [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []:
        name = sample["worker"]
        if sample["kind"] == "block":
            samples.blocks.setdefault(name, []).append(sample)
            continue
        samples.losses.setdefault(name, {}).update({int(step): loss for step, loss in sample["losses"].items()})
        for key, largest in (("peak_memory_bytes", samples.memory), ("device_memory_bytes", samples.device_memory)):
            if key in sample:
                largest[name] = max(largest.get(name, 0), sample[key])
        if sample["version"]:
            samples.built.setdefault(name, set()).add(sample["version"])
    return samples


def processor():
    """Model name, family and the number of CPUs, from /proc/cpuinfo."""
    first, count = {}, 0
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = (part.strip() for part in line.partition(":"))
        count += key == "processor"
        first.setdefault(key, value)
    return {"cpu_model": first["model name"], "cpu_family": int(first["cpu family"]), "cores": count,
            "flags": sorted(flag for flag in first["flags"].split() if flag.startswith(("avx512", "amx")))}


# Of the peers' environment; a package that is not installed is absent.
VERSIONS = """
import importlib.util, json, sys, torch
found = {'python': sys.version.split()[0], 'torch': torch.__version__, 'cuda': torch.version.cuda}
for name in ('transformers', 'triton'):
    if importlib.util.find_spec(name):
        found[name] = __import__(name).__version__
print(json.dumps({key: value for key, value in found.items() if value}))
"""


def versions(program, python):
    found = json.loads(subprocess.run([python, "-c", VERSIONS], check=True, capture_output=True, text=True).stdout)
    shown = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    return {"assay": shown.strip().splitlines()[0], **found}


def worker_result(name, samples, ours, dtype, tokens):
    """Speed of one worker, and its ratio to ours where both computed the same. What was not measured is absent."""
    blocks = samples.blocks
    good = bench_statistics.usable(blocks[name])
    result = {"blocks": len(blocks[name]), "undisturbed_blocks": len(good),
              "other_cpu_share_max": max((block["other_cpu_share"] for block in good), default=None),
              "peak_memory_bytes": samples.memory.get(name)}
    if name in samples.device_memory:
        result["peak_device_memory_bytes"] = samples.device_memory[name]
    if name in samples.built:
        result["versions"] = sorted(samples.built[name])
    same = bench_statistics.agreement(samples.losses.get(ours, {}), samples.losses.get(name, {}), dtype)
    result["loss_curve"] = same
    if not same["agrees"] or not good:
        result["refused"] = "no undisturbed block" if same["agrees"] else "the loss curves do not agree"
        return result
    result["step_s"] = bench_statistics.step_seconds(good)
    result["tokens_per_s"] = tokens / result["step_s"]["median"]
    if name != ours:
        ratios = bench_statistics.round_ratios(bench_statistics.usable(blocks[ours]), good)
        if ratios:
            result["peer_step_over_ours"] = bench_statistics.spread(ratios)
    add_beside(result, good, tokens)
    phases = [block["phases_s"] for block in good if block["phases_s"]]
    if phases:
        result["phases_s"] = {key: statistics.median(phase[key] for phase in phases) for key in phases[0]}
    return result


def add_beside(result, blocks, tokens):
    """What else the blocks hold: host time, energy, the device's own clock and its clock rate."""
    host = [block["host_cpu_share"] * statistics.mean(block["step_s"]) for block in blocks if "host_cpu_share" in block]
    joules = [block["joules_per_step"] / tokens for block in blocks if "joules_per_step" in block]
    for key, values in (("host_cpu_s_per_step", host), ("joules_per_token", joules),
                        ("event_s", [block["event_s"] for block in blocks if "event_s" in block]),
                        ("sm_clock_mhz", [block["sm_clock_mhz"] for block in blocks if "sm_clock_mhz" in block])):
        if values:
            result[key] = bench_statistics.spread(values)


def add_counts(result, counts):
    """Operators and launches a step, of a run of its own under the profiler."""
    for name, worker in result["workers"].items():
        if name in counts:
            worker["profiled"] = counts[name]


def add_mfu(result, peak, flops_per_token):
    """MFU of every worker by each convention against the device's published peak of this dtype."""
    result["published_peak"] = peak
    for worker in result["workers"].values():
        if "tokens_per_s" in worker:
            worker["mfu"] = {name: flops * worker["tokens_per_s"] / peak["flops_per_s"]
                             for name, flops in flops_per_token.items() if name != "seq_len"}


def floor_result(case, model, timings, machine):
    products = step_floor.products_of(model, case.tokens_per_batch, case.grad_accum)
    params = model["total_params"]
    seconds, winners = step_floor.floor_seconds(products, timings, params, case.dtype)
    result = {"floor_s": seconds, "products": winners,
              "adam_bytes_per_s": max(timing["adam_bytes_per_s"] for timing in timings.values()),
              "measured_ceiling_flops_per_s": max(timing["square_flops_per_s"] for timing in timings.values())}
    if machine:
        result["roofline_s"] = step_floor.roofline_seconds(products, params, case.dtype, machine)
    return result


def add_shares(result, ours, floor, flops_per_token):
    """Shares of floor and roofline, MFU by convention against the measured ceiling, share of the gap closed."""
    step = result["workers"][ours].get("step_s")
    if not step:
        return
    mine = step["median"]
    own = result["workers"][ours]
    own["share_of_floor"] = floor["floor_s"] / mine
    if "roofline_s" in floor:
        own["share_of_roofline"] = floor["roofline_s"] / mine
    own["mfu_against_measured_ceiling"] = {
        name: flops * own["tokens_per_s"] / floor["measured_ceiling_flops_per_s"]
        for name, flops in flops_per_token.items() if name != "seq_len"}
    for worker in result["workers"].values():
        if "peer_step_over_ours" in worker:
            theirs = mine * worker["peer_step_over_ours"]["median"]
            worker["share_of_gap_closed"] = (theirs - mine) / (theirs - floor["floor_s"])
