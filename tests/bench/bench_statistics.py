"""Medians, ratios and the rule that refuses them where two programs did not compute the same."""

import statistics

# How far two loss curves may be apart, in nats per token, over the first steps that both made (later ones part by chaos,
# whatever the programs): the largest difference of a step and the mean of all. fp32: sums in another order, which AdamW's
# first steps enlarge (a weight whose gradient is rounding noise moves by a whole learning rate). bf16: eight bits of
# mantissa in products, and in the program in the residual stream as well; while the loss falls by half a nat a step, one
# step may be further apart than the curves are.
LARGEST_GAP = {"fp32": 0.005, "bf16": 0.1}
MEAN_GAP = {"fp32": 0.002, "bf16": 0.02}
MAX_OTHER_LOAD = 0.12
MAX_GPU_BUSY_BEFORE = 0.02  # of the device, with every program of the benchmark stopped
COMPARED_STEPS = 20
MIN_COMMON_STEPS = 5


def loss_gaps(ours, theirs):
    """|difference| of two {step: loss} at the common steps; infinite where one of the two is no number."""
    common = sorted(step for step in set(ours) & set(theirs) if step <= COMPARED_STEPS)
    gaps = (abs(ours[step] - theirs[step]) for step in common)
    # A NaN compares as false with everything: it must not hide.
    return [gap if gap == gap else float("inf") for gap in gaps]


def agreement(ours, theirs, dtype):
    """Whether a speed may be reported: the gaps, the steps compared, the tolerances and the answer."""
    gaps = loss_gaps(ours, theirs)
    largest, mean = (max(gaps), sum(gaps) / len(gaps)) if gaps else (None, None)
    return {"largest_gap_nats": largest, "mean_gap_nats": mean, "common_steps": len(gaps),
            "tolerance_nats": {"largest": LARGEST_GAP[dtype], "mean": MEAN_GAP[dtype]},
            "agrees": len(gaps) >= MIN_COMMON_STEPS and largest <= LARGEST_GAP[dtype] and mean <= MEAN_GAP[dtype]}


def is_undisturbed(block):
    """Whether other processes left the processor, and the GPU where there is one, alone. A driver that does not tell how
    busy the GPU is (None) cannot be judged: the processor's share alone counts then, and the block shows the None."""
    return block["other_cpu_share"] <= MAX_OTHER_LOAD and (block.get("gpu_busy_before") or 0) <= MAX_GPU_BUSY_BEFORE


def usable(blocks):
    """Blocks that other processes did not disturb."""
    return [block for block in blocks if is_undisturbed(block)]


def spread(values):
    """Median with the extremes and the number of values."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "n": len(values)}


def step_seconds(blocks):
    """Spread over all step times of all usable blocks."""
    return spread([seconds for block in blocks for seconds in block["step_s"]])


def round_ratios(ours, theirs):
    """Peer's median step over ours for every (slice, round) in which both were undisturbed."""
    mine = {(block["slice"], block["round"]): statistics.median(block["step_s"]) for block in ours}
    other = {(block["slice"], block["round"]): statistics.median(block["step_s"]) for block in theirs}
    return [other[key] / mine[key] for key in sorted(mine.keys() & other.keys())]
