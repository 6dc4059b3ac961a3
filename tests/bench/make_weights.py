#!/usr/bin/env python3
"""Writes fresh weights of a case (config.json, model.safetensors): CASE BUILD DEVICE. For the CPU by transformers where it is
installed; else, and for a GPU, whose models are large, by PyTorch alone on that device."""

import importlib.util
import json
import sys

import torch

import bench_case
import weight_files
import weight_shapes

NO_SPECIAL_TOKENS = {"pad_token_id": None, "bos_token_id": None, "eos_token_id": None}
NO_DROPOUT = {"gpt2": {"resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0}}
STD = 0.02


def by_transformers(case, table):
    import transformers
    model_type = table.pop("model_type")
    config = transformers.AutoConfig.for_model(model_type, **table)
    torch.manual_seed(bench_case.SEED)
    transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).save_pretrained(case.weights)


def by_torch(case, table):
    draw = torch.Generator(case.device).manual_seed(bench_case.SEED)

    def make(name, shape):
        kind = weight_shapes.fill_of(name)
        if kind == "normal":
            return torch.randn(shape, generator=draw, device=case.device) * STD
        return torch.ones(shape) if kind == "ones" else torch.zeros(shape)

    case.weights.mkdir(parents=True, exist_ok=True)
    (case.weights / "config.json").write_text(json.dumps(table, indent=1))
    dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[case.table.get("weights_dtype", "fp32")]
    part = case.weights / "model.safetensors.part"
    weight_files.write(part, weight_shapes.shapes_of(table), dtype, make)
    part.rename(case.weights / "model.safetensors")


def main():
    case = bench_case.Case(sys.argv[1], "fp32", sys.argv[2], sys.argv[3])
    table = case.table["config"]
    table = {**table, **NO_SPECIAL_TOKENS, **NO_DROPOUT.get(table["model_type"], {})}
    if case.device == "cpu" and importlib.util.find_spec("transformers"):
        by_transformers(case, table)
    else:
        by_torch(case, table)


if __name__ == "__main__":
    main()
