"""A result: what the samples of a case say, with the machine, the versions and the command."""

import json
import pathlib
import statistics
import subprocess

import bench_statistics
import step_floor


def read_samples(path):
    samples = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    blocks, losses, memory, built = {}, {}, {}, {}
    for sample in samples:
        name = sample["worker"]
        if sample["kind"] == "block":
            blocks.setdefault(name, []).append(sample)
            continue
        losses.setdefault(name, {}).update({int(step): loss for step, loss in sample["losses"].items()})
        memory[name] = max(memory.get(name, 0), sample["peak_memory_bytes"])
        if sample["version"]:
            built.setdefault(name, set()).add(sample["version"])
    return blocks, losses, memory, built


def processor():
    """Model name, family and the number of CPUs, from /proc/cpuinfo."""
    first, count = {}, 0
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = (part.strip() for part in line.partition(":"))
        count += key == "processor"
        first.setdefault(key, value)
    return {"cpu_model": first["model name"], "cpu_family": int(first["cpu family"]), "cores": count,
            "flags": sorted(flag for flag in first["flags"].split() if flag.startswith(("avx512", "amx")))}


def versions(program, python):
    names = "import json, sys, torch, transformers; print(json.dumps({'python': sys.version.split()[0], " \
            "'torch': torch.__version__, 'transformers': transformers.__version__}))"
    found = json.loads(subprocess.run([python, "-c", names], check=True, capture_output=True, text=True).stdout)
    shown = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    return {"assay": shown.strip().splitlines()[0], **found}


def worker_result(name, blocks, losses, memory, ours, dtype, tokens):
    """Speed of one worker, and its ratio to ours where both computed the same."""
    good = bench_statistics.usable(blocks[name])
    result = {"blocks": len(blocks[name]), "undisturbed_blocks": len(good),
              "other_cpu_share_max": max((block["other_cpu_share"] for block in good), default=None),
              "peak_memory_bytes": memory.get(name)}
    same = bench_statistics.agreement(losses.get(ours, {}), losses.get(name, {}), dtype)
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
    phases = [block["phases_s"] for block in good if block["phases_s"]]
    if phases:
        result["phases_s"] = {key: statistics.median(phase[key] for phase in phases) for key in phases[0]}
    return result


def floor_result(case, model, timings, machine):
    products = step_floor.products_of(model, case.tokens_per_step)
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
