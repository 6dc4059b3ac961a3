#!/usr/bin/env python3
"""Trains one case with a peer until it is killed and writes one line a step: {"step", "loss_nats", "time_unix_s"}, as the
program names them; on a GPU "wall_s" too, by events of the device. A step is what the program's is: the batch, forward,
backward, clipping by the global norm and AdamW.

Peers: plain (plain_gpt2.py, plain_llama.py), transformers[:EXPERTS_IMPLEMENTATION]. Modes: eager, compile. Precisions:
  fp32
  bf16          autocast over fp32 weights, as nanoGPT and transformers' Trainer do it
  bf16-weights  what the program does: bf16 weights and activations, fp32 masters that AdamW updates

--kineto FILE traces some steps by PyTorch's profiler, from the second on."""

import argparse

import torch

import bench_case
import step_tokens
from peer_models import load_model
from peer_steps import make_recorder


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("case", "dtype", "build", "peer", "mode", "precision", "out", "device"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--kineto")
    parser.add_argument("--kineto-steps", type=int, default=8)
    return parser.parse_args()


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
            for weight in self.weights:  # not the buffers: rotary frequencies stay exact
                weight.data = weight.data.to(torch.bfloat16)
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


def batches_of(tokens, case, step):
    """[B, T + 1] on the device for each batch of the step; copied without waiting from pinned memory, as the program does."""
    samples = case.table["batch"] * case.grad_accum
    windows = step_tokens.step_windows(tokens, bench_case.SEED, step, samples, case.table["seq_len"])
    drawn = torch.frombuffer(bytearray(b"".join(windows)), dtype=torch.uint8).view(samples, -1).long()
    for batch in drawn.split(case.table["batch"]):
        yield batch if case.device == "cpu" else batch.pin_memory().to(case.device, non_blocking=True)


def accumulate(loss_of, batches, chosen, count):
    """Gradients of the mean loss of a step's batches, and that loss."""
    total = 0.0
    for batch in batches:
        with torch.autocast(chosen.device, dtype=torch.bfloat16, enabled=chosen.precision == "bf16"):
            loss = loss_of(batch[:, :-1].contiguous(), batch[:, 1:].contiguous()) / count
        loss.backward()
        total = total + loss.detach()
    return total


def main():
    chosen = options()
    torch.set_num_threads(chosen.threads)
    case = bench_case.Case(chosen.case, chosen.dtype, chosen.build, chosen.device)
    model, loss_of = load_model(case, chosen.peer)
    model.train()
    update = Update(model, case, chosen.precision)
    if chosen.mode == "compile":
        loss_of = torch.compile(loss_of)
    tokens = case.train_tokens()
    step, trace = 0, None
    recorder = make_recorder(chosen.out, chosen.device)
    while True:
        step += 1
        recorder.begin_step()
        loss = accumulate(loss_of, batches_of(tokens, case, step), chosen, case.grad_accum)
        update()
        recorder.end_step(step, loss)
        if chosen.kineto and step == 1:
            recorder.finish()
            trace = torch.profiler.profile()
            trace.start()
        elif trace and step == 1 + chosen.kineto_steps:
            recorder.finish()
            trace.stop()
            trace.export_chrome_trace(chosen.kineto)
            trace = None


if __name__ == "__main__":
    main()
