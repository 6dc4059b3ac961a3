"""The targets that cases state, held against results: reached, missed or not run."""

import tomllib

import bench_case

CASES = bench_case.CASES
OURS = "assay"


def stated(folder=CASES):
    """(case, target) of every case file."""
    for path in sorted(folder.glob("*.toml")):
        with path.open("rb") as file:
            for target in tomllib.load(file).get("target", []):
                yield path.stem, target


def measured(result, target):
    """The figure that a target is about, or None: not run, or refused."""
    workers, measure = result["workers"], target["measure"]
    ours = workers.get(OURS, {})
    if measure == "tokens_per_s":
        return ours.get("tokens_per_s")
    if measure == "mfu_exact_causal":
        return ours.get("mfu", {}).get("exact_causal")
    if measure == "decode_share_of_bound":
        return result.get("decode", {}).get("batches", {}).get(str(target["batch"]), {}).get("share_of_bound")
    ratios = [worker["peer_step_over_ours"]["median"] for name, worker in workers.items()
              if name.startswith(tuple(target["peers"])) and "peer_step_over_ours" in worker]
    if measure == "step_ratio":  # the fastest of these peers counts
        return min(ratios, default=None)
    if measure == "own_over_variant":  # how much faster than our own bf16 a variant of ours is
        return 1 / ratios[0] if ratios else None
    raise ValueError(f"no such measure: {measure}")


def row(case, target, results):
    found = [(measured(result, target), result) for result in results if result["case"] == case]
    known = [(value, result) for value, result in found if value is not None]
    wanted = f"{target['measure']} >= {target['at_least']:g}"
    wanted += f" at batch {target['batch']}" if "batch" in target else ""
    wanted += f" ({', '.join(target['peers'])})" if "peers" in target else ""
    if not known:
        return f"| {case} | {wanted} | {target['source']} | | not run |"
    lines = []
    for value, result in known:
        verdict = "reached" if value >= target["at_least"] else "**missed**"
        where = result.get("device", {}).get("name", "cpu")
        lines.append(f"| {case} | {wanted} | {target['source']} | {value:.4g} on {where} | {verdict} |")
    return "\n".join(lines)


def table(results, targets=None):
    head = ["| case | target | source | measured | |", "|---|---|---|---|---|"]
    return "\n".join(head + [row(case, target, results) for case, target in (targets or stated())])
