#!/usr/bin/env python3
"""Writes what Hugging Face transformers generates greedily from the models of tests/golden/models,
64 tokens after each of two prompts, in fp32 on the CPU; DeepSeek-MoE's by deepseek_moe.py there.

    build/parity-venv/bin/python tests/golden/generation/generate_generation_goldens.py

Gives for each model <name>.safetensors with prompts int64 [2, 8] and tokens int64 [2, 64], and for
GPT-2, whose learned positions there are too few, a model of its own (folder gpt2).

Prompts are drawn until the two likeliest tokens are nowhere nearer than MARGIN in their logits: both
programs round, and where the reference itself is undecided no choice is right."""

import pathlib
import sys

import torch
import transformers
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForCausalLM, GPT2Config, GPT2LMHeadModel

MODELS = pathlib.Path(__file__).resolve().parent.parent / "models"
sys.path.insert(0, str(MODELS))
sys.dont_write_bytecode = True
import generate_model_goldens  # noqa: E402
from deepseek_moe import DeepseekMoe  # noqa: E402

NUM_PROMPTS, PROMPT_LEN, NUM_TOKENS, CONTEXT = 2, 8, 64, 96
MARGIN = 1e-4
GPT2 = {"n_layer": 2, "n_embd": 32, "n_head": 4, "n_inner": 128, "n_positions": CONTEXT,
        "resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0, "initializer_range": 0.15,
        **generate_model_goldens.NO_SPECIAL_TOKENS}


def gpt2_of_its_own(folder, vocab):
    model = GPT2LMHeadModel(GPT2Config(vocab_size=vocab, **GPT2))
    generate_model_goldens.spread(model)
    folder.mkdir(exist_ok=True)
    generate_model_goldens.save(dict(model.named_parameters()), folder / "model.safetensors")
    model.config.save_pretrained(folder)
    return model.eval()


def model_of(golden, out, vocab):
    if golden.name == "gpt2":
        return gpt2_of_its_own(out / "gpt2", vocab)
    if golden.name == "deepseek_moe":
        model = DeepseekMoe(vocab=vocab)
        model.load_state_dict(load_file(golden / "model.safetensors"))
        return model.eval()
    config = AutoConfig.from_pretrained(golden)
    config.max_position_embeddings = CONTEXT
    return AutoModelForCausalLM.from_pretrained(golden, config=config, dtype=torch.float32).eval()


def greedy(model, prompt):
    """The tokens and how far the likeliest was ahead at the closest of them. The reference is
    transformers' own generate where the model has it; the margins are those of its logits."""
    if isinstance(model, DeepseekMoe):
        text, margin = prompt, float("inf")
        for _ in range(NUM_TOKENS):
            best = model(input_ids=text).logits[0, -1].topk(2)
            margin = min(margin, (best.values[0] - best.values[1]).item())
            text = torch.cat([text, best.indices[:1].unsqueeze(0)], dim=1)
        return text[0, PROMPT_LEN:], margin
    made = model.generate(prompt, attention_mask=torch.ones_like(prompt), do_sample=False,
                          max_new_tokens=NUM_TOKENS, min_new_tokens=NUM_TOKENS,
                          return_dict_in_generate=True, output_logits=True)
    best = torch.stack(made.logits).topk(2).values
    return made.sequences[0, PROMPT_LEN:], (best[..., 0] - best[..., 1]).min().item()


def write(golden, out, vocab):
    model = model_of(golden, out, vocab)
    prompts, tokens = [], []
    with torch.no_grad():
        while len(prompts) < NUM_PROMPTS:
            prompt = torch.randint(0, vocab, (1, PROMPT_LEN))
            made, margin = greedy(model, prompt)
            if margin > MARGIN:
                prompts.append(prompt[0])
                tokens.append(made)
    generate_model_goldens.save({"prompts": torch.stack(prompts), "tokens": torch.stack(tokens)},
                                out / f"{golden.name}.safetensors")


def write_all(models, out, seed, vocab):
    torch.manual_seed(seed)
    for golden in sorted(path for path in models.iterdir() if (path / "config.json").exists()):
        write(golden, out, vocab)
        print(golden.name)


if __name__ == "__main__":
    transformers.utils.logging.set_verbosity_error()
    write_all(MODELS, pathlib.Path(__file__).resolve().parent, seed=1234,
              vocab=generate_model_goldens.VOCAB)
