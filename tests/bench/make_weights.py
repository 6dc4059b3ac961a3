#!/usr/bin/env python3
"""Writes fresh weights of a case by transformers (config.json, model.safetensors): CASE BUILD."""

import sys

import torch
import transformers

import bench_case

NO_SPECIAL_TOKENS = {"pad_token_id": None, "bos_token_id": None, "eos_token_id": None}
NO_DROPOUT = {"gpt2": {"resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0}}


def main():
    case = bench_case.Case(sys.argv[1], "fp32", sys.argv[2])
    table = dict(case.table["config"])
    model_type = table.pop("model_type")
    config = transformers.AutoConfig.for_model(model_type, **table, **NO_SPECIAL_TOKENS, **NO_DROPOUT.get(model_type, {}))
    torch.manual_seed(bench_case.SEED)
    transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).save_pretrained(case.weights)


if __name__ == "__main__":
    main()
