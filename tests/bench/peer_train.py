#!/usr/bin/env python3
"""Trains one case with a peer until it is killed and writes one line a step: {"step", "loss_nats", "time_unix_s"}, as the
program names them.
A step is what the program's is: the batch, forward, backward, clipping by the global norm and AdamW.

Peers: plain (plain_gpt2.py), transformers[:EXPERTS_IMPLEMENTATION]. Modes: eager, compile. Precisions:
  fp32
  bf16          autocast over fp32 weights, as nanoGPT and transformers' Trainer do it
  bf16-weights  what the program does: bf16 weights and activations, fp32 masters that AdamW updates"""

import argparse
import json
import time

import torch
from safetensors.torch import load_file

import bench_case
import step_tokens


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("case", "dtype", "build", "peer", "mode", "precision", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--threads", type=int, required=True)
    return parser.parse_args()


def load_model(case, peer):
    if peer == "plain":
        from plain_gpt2 import PlainGpt2
        model = PlainGpt2(case.table["config"])
        model.load_hf(load_file(case.weights / "model.safetensors"))
        return model, model
    import transformers
    transformers.utils.logging.set_verbosity_error()
    model = transformers.AutoModelForCausalLM.from_pretrained(
        case.weights, dtype=torch.float32, attn_implementation="sdpa")
    experts = peer.partition(":")[2]
    if experts:
        model.set_experts_implementation(experts)
    model.config.use_cache = False
    return model, lambda tokens, targets: model(input_ids=tokens, labels=targets, shift_labels=targets).loss


def optimizer_for(parameters, case):
    settings = bench_case.OPTIMIZER
    groups = [{"params": [p for p in parameters if (p.dim() >= 2) == decays],
               "weight_decay": settings["weight_decay"] if decays else 0.0} for decays in (True, False)]
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=case.table["learning_rate"],
                             betas=(settings["beta1"], settings["beta2"]), eps=settings["epsilon"], fused=True)


class Update:
    """Clips and updates; with bf16 weights through fp32 masters."""

    def __init__(self, model, case, precision):
        self.weights = [p for p in model.parameters() if p.requires_grad]
        self.masters = self.weights
        if precision == "bf16-weights":
            self.masters = [p.detach().clone().requires_grad_() for p in self.weights]
            model.to(torch.bfloat16)
        self.adamw = optimizer_for(self.masters, case)

    def __call__(self):
        has_masters = self.masters is not self.weights
        if has_masters:
            for master, weight in zip(self.masters, self.weights):
                master.grad = weight.grad.float()
                weight.grad = None
        torch.nn.utils.clip_grad_norm_(self.masters, bench_case.OPTIMIZER["grad_clip"], foreach=True)
        self.adamw.step()
        self.adamw.zero_grad(set_to_none=True)
        if has_masters:
            with torch.no_grad():
                torch._foreach_copy_(self.weights, self.masters)


def main():
    chosen = options()
    torch.set_num_threads(chosen.threads)
    case = bench_case.Case(chosen.case, chosen.dtype, chosen.build)
    model, loss_of = load_model(case, chosen.peer)
    model.train()
    update = Update(model, case, chosen.precision)
    if chosen.mode == "compile":
        loss_of = torch.compile(loss_of)
    tokens = case.train_tokens()
    seq_len = case.table["seq_len"]
    step = 0
    with open(chosen.out, "a", encoding="ascii") as out:
        while True:
            step += 1
            windows = step_tokens.step_windows(tokens, bench_case.SEED, step, case.table["batch"], seq_len)
            batch = torch.tensor([list(window) for window in windows])
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=chosen.precision == "bf16"):
                loss = loss_of(batch[:, :-1].contiguous(), batch[:, 1:].contiguous())
            loss.backward()
            update()
            line = {"step": step, "loss_nats": loss.item(), "time_unix_s": time.time()}
            out.write(json.dumps(line) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
