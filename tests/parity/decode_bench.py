#!/usr/bin/env python3
"""Decoding on the CPU against transformers, in one interleaved run: GPT-2's 124M shape with random
weights in fp32, at batch 1 and 16.

    build/parity-venv/bin/python tests/parity/decode_bench.py build/dev [ROUNDS] [TOKENS]

Each round times transformers' generate (its key-value cache on), then `assay generate`, with the same
prompts, threads and number of tokens; where no sequence has the same tokens, it ends with an error.
Times are of the steps after the first token: transformers' are generate(TOKENS) less generate(1), the
program's are its own record.
The bound is what memory allows: batch x the bandwidth of summing a large tensor over the bytes of the
weights that a step reads (the keys and values are left out, which makes the bound too high, not too
low). Prints medians, their ratio and the shares of the bound, as text and one JSON line."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import torch
import transformers
from transformers import GPT2Config, GPT2LMHeadModel

PROMPT_LEN = 32
BATCHES = (1, 16)


def model_in(folder):
    torch.manual_seed(1)
    config = GPT2Config(bos_token_id=None, eos_token_id=None, pad_token_id=None)
    model = GPT2LMHeadModel(config).eval()
    if not (folder / "model.safetensors").exists():
        folder.mkdir(parents=True, exist_ok=True)
        model.save_pretrained(folder)
    return GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32).eval()


def bandwidth():
    block = torch.ones(1 << 27)  # 512 MiB
    best = float("inf")
    for _ in range(8):
        begin = time.perf_counter()
        block.sum()
        best = min(best, time.perf_counter() - begin)
    return block.numel() * 4 / best


def theirs(model, prompts, tokens):
    mask = torch.ones_like(prompts)

    def timed(count):
        begin = time.perf_counter()
        with torch.inference_mode():
            made = model.generate(prompts, attention_mask=mask, do_sample=False,
                                  max_new_tokens=count, min_new_tokens=count)
        return time.perf_counter() - begin, made[:, PROMPT_LEN:]

    first, _ = timed(1)
    whole, made = timed(tokens)
    return prompts.shape[0] * (tokens - 1) / (whole - first), made.tolist()


def ours(assay, folder, prompts, tokens):
    args = [str(assay), "generate", str(folder), "--json", "--temperature", "0", "--max-tokens",
            str(tokens), "--device", "cpu", "--threads", str(torch.get_num_threads())]
    for prompt in prompts.tolist():
        args += ["--prompt-tokens", ",".join(map(str, prompt))]
    done = subprocess.run(args, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    said = json.loads(done.stdout)
    return (said["metering"]["decode"]["tokens_per_s"], said["metering"]["weight_bytes"],
            [completion["tokens"] for completion in said["completions"]])


def compare(assay, folder, model, batch, rounds, tokens):
    prompts = torch.randint(0, 50257, (batch, PROMPT_LEN))
    reference, program, same = [], [], 0
    for _ in range(rounds):
        rate, expected = theirs(model, prompts, tokens)
        reference.append(rate)
        rate, weight_bytes, made = ours(assay, folder, prompts, tokens)
        program.append(rate)
        same = sum(a == b for a, b in zip(made, expected))
    bound = batch * bandwidth() / weight_bytes
    ratios = [a / b for a, b in zip(program, reference)]
    result = {"batch": batch, "rounds": rounds, "tokens": tokens, "prompt": PROMPT_LEN,
              "threads": torch.get_num_threads(),
              "assay_tokens_per_s": round(statistics.median(program), 2),
              "transformers_tokens_per_s": round(statistics.median(reference), 2),
              "ratio_median": round(statistics.median(ratios), 3),
              "ratio_min": round(min(ratios), 3), "ratio_max": round(max(ratios), 3),
              "bound_tokens_per_s": round(bound, 2),
              "assay_share_of_bound": round(statistics.median(program) / bound, 3),
              "transformers_share_of_bound": round(statistics.median(reference) / bound, 3),
              "same_sequences": same}
    print(json.dumps(result), flush=True)
    if same == 0:
        sys.exit("no sequence has the tokens that transformers chose")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    tokens = int(sys.argv[3]) if len(sys.argv) > 3 else 64
    transformers.utils.logging.set_verbosity_error()
    folder = build / "bench" / "gpt2-124m"
    model = model_in(folder)
    print(f"torch {torch.__version__}, transformers {transformers.__version__}, "
          f"{torch.get_num_threads()} threads, {os.cpu_count()} CPUs, "
          f"memory {bandwidth() / 1e9:.1f} GB/s")
    for batch in BATCHES:
        compare(build / "app/assay", folder, model, batch, rounds, tokens)


if __name__ == "__main__":
    main()
