"""Decoding with a case's weights against what memory allows: a step reads every weight once, whatever the batch. Times are of
the steps after the first token, by the program's own record."""

import json
import subprocess

import bench_statistics

PROMPT_TOKENS, ROUNDS = 32, 3
TOKENS = {"cpu": 128, "cuda": 768}  # on a GPU recording the step's graph is in the time

# Bytes a second of summing a large tensor: what this device reads at best.
BANDWIDTH = """
import sys, time, torch
device = sys.argv[1]
block = torch.ones(1 << (28 if device == "cuda" else 26), device=device)
wait = torch.cuda.synchronize if device == "cuda" else lambda: None
best = float("inf")
for _ in range(12):
    wait()
    begin = time.perf_counter()
    block.sum()
    wait()
    best = min(best, time.perf_counter() - begin)
print(block.numel() * 4 / best)
"""


def prompts(batch):
    return [",".join(str((17 * sequence + 31 * place) % 251) for place in range(PROMPT_TOKENS)) for sequence in range(batch)]


def command(case, program, batch, threads, tokens):
    chosen = [part for prompt in prompts(batch) for part in ("--prompt-tokens", prompt)]
    return [program, "generate", case.weights, "--json", "--temperature", "0", "--ignore-eos", "--max-tokens", str(tokens),
            "--device", case.device, "--dtype", case.dtype, *(["--threads", str(threads)] if case.device == "cpu" else []),
            *chosen]


def decode(case, program, python, threads, rounds=ROUNDS):
    """Writes the rates of every batch of the case to its decode file."""
    tokens = TOKENS[case.device]
    shown = subprocess.run([python, "-c", BANDWIDTH, case.device], check=True, capture_output=True, text=True).stdout
    result = {"read_bytes_per_s": float(shown), "prompt_tokens": PROMPT_TOKENS, "tokens": tokens, "batches": {}}
    for batch in case.table["decode"]:
        said = []
        for _ in range(rounds):
            done = subprocess.run(command(case, program, batch, threads, tokens), check=True, capture_output=True, text=True)
            said.append(json.loads(done.stdout)["metering"])
        result["batches"][str(batch)] = of_batch(said, batch, result["read_bytes_per_s"], tokens)
    case.file("decode.json").write_text(json.dumps(result))
    return result


def of_batch(said, batch, bandwidth, tokens):
    """Share of the bound: a step reads all weights (of models whose input and output share an embedding), and the keys and
    values of the mean length."""
    rates = bench_statistics.spread([one["decode"]["tokens_per_s"] for one in said])
    cache = said[0]["kv_per_sequence_bytes"] * batch * (PROMPT_TOKENS + tokens / 2) / (PROMPT_TOKENS + tokens)
    bound = batch * bandwidth / (said[0]["weight_bytes"] + cache)
    return {"tokens_per_s": rates, "weight_bytes": said[0]["weight_bytes"], "bound_tokens_per_s": bound,
            "share_of_bound": rates["median"] / bound}
