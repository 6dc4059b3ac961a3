"""The loss of runs in fp8 beside runs in bf16 with the same seeds and tokens: the table of docs/measurements/fp8.md.

Usage: fp8_loss.py FOLDER: reads FOLDER/bf16-SEED and FOLDER/fp8-SEED, run directories of `assay train`.
"""

import json
import pathlib
import statistics
import sys

LAST = 100  # steps at the end whose mean loss is compared
WINDOW = 20  # steps of the running mean whose largest difference is shown


def read_run(folder):
    """Losses by step and the validation loss of a run directory."""
    steps = [json.loads(line) for line in (folder / "steps.jsonl").read_text().splitlines()]
    events = [json.loads(line) for line in (folder / "events.0.jsonl").read_text().splitlines()]
    validation = [event["value"] for event in events if event["event"] == "eval"]
    return [step["loss_nats"] for step in steps], validation[-1]


def running_means(losses):
    return [statistics.mean(losses[i : i + WINDOW]) for i in range(len(losses) - WINDOW + 1)]


def percent(new, old):
    return 100 * (new - old) / old


def main(folder):
    seeds = sorted(path.name.removeprefix("fp8-") for path in folder.glob("fp8-*"))
    if not seeds:
        sys.exit(f"no run fp8-SEED in {folder}")
    print(f"| seed | bf16, last {LAST} steps | fp8 | difference | largest of {WINDOW}-step means | validation bf16 | fp8 | difference |")
    print("|---|---|---|---|---|---|---|---|")
    differences, validations, means = [], [], []
    for seed in seeds:
        (bf16, bf16_eval), (fp8, fp8_eval) = (read_run(folder / f"{kind}-{seed}") for kind in ("bf16", "fp8"))
        if len(bf16) != len(fp8):
            sys.exit(f"seed {seed}: {len(bf16)} and {len(fp8)} steps")
        old, new = statistics.mean(bf16[-LAST:]), statistics.mean(fp8[-LAST:])
        largest = max((percent(b, a) for a, b in zip(running_means(bf16), running_means(fp8))), key=abs)
        means.append(old)
        differences.append(percent(new, old))
        validations.append(percent(fp8_eval, bf16_eval))
        print(
            f"| {seed} | {old:.4f} | {new:.4f} | {differences[-1]:+.3f} % | {largest:+.2f} % "
            f"| {bf16_eval:.4f} | {fp8_eval:.4f} | {validations[-1]:+.3f} % |"
        )
    if len(seeds) > 1:
        spread = 100 * statistics.stdev(means) / statistics.mean(means)
        print(
            f"\nMean difference {statistics.mean(differences):+.3f} %, of validation {statistics.mean(validations):+.3f} %; "
            f"bf16 differs between seeds by {spread:.2f} % (standard deviation)."
        )


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
