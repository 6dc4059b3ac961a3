#!/usr/bin/env python3
"""Writes the reference values of each trainable family: logits, loss and gradients of a tiny model
with random weights, computed by Hugging Face transformers in fp32 on the CPU.

    python3 -m venv peer && peer/bin/pip install torch==2.11.0 transformers==5.23.0 safetensors
    peer/bin/python tests/golden/models/generate_model_goldens.py

Gives for each model a folder with
    config.json            the model's config
    model.safetensors      its weights, by Hugging Face's names and layouts
    gradients.safetensors  the gradient of the summed cross-entropy over the targets, likewise
    outputs.safetensors    tokens and targets int64 [B, T], logits fp32 [B, T, V], loss_sum fp32 []
"""

import pathlib

import torch
import transformers
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel, OlmoeConfig, OlmoeForCausalLM

BATCH, SEQ_LEN, VOCAB = 2, 32, 96
NO_SPECIAL_TOKENS = {"pad_token_id": None, "bos_token_id": None, "eos_token_id": None}


def models():
    yield "gpt2", GPT2LMHeadModel(
        GPT2Config(n_layer=2, n_embd=32, n_head=4, n_inner=128, vocab_size=VOCAB, n_positions=32,
                   resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, initializer_range=0.15,
                   **NO_SPECIAL_TOKENS))
    yield "olmoe", OlmoeForCausalLM(
        OlmoeConfig(num_hidden_layers=2, hidden_size=32, num_attention_heads=4,
                    num_key_value_heads=2, intermediate_size=16, num_experts=8,
                    num_experts_per_tok=2, norm_topk_prob=False, vocab_size=VOCAB,
                    max_position_embeddings=64, initializer_range=0.15, **NO_SPECIAL_TOKENS))


def spread(model):
    """Moves norms and biases away from 1 and 0, so that each of them shows in the logits."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.add_(torch.randn_like(parameter) * 0.1)


def save(tensors, path):
    save_file({name: tensor.detach().contiguous() for name, tensor in tensors.items()}, path,
              metadata={"torch": torch.__version__, "transformers": transformers.__version__})
    path.chmod(0o644)


def write(model, folder):
    folder.mkdir(exist_ok=True)
    spread(model)
    model.eval()
    tokens = torch.randint(0, VOCAB, (BATCH, SEQ_LEN + 1))
    tokens, targets = tokens[:, :-1], tokens[:, 1:]
    logits = model(input_ids=tokens).logits
    loss_sum = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(),
                                                 reduction="sum")
    loss_sum.backward()
    parameters = dict(model.named_parameters())
    save(parameters, folder / "model.safetensors")
    save({name: parameter.grad for name, parameter in parameters.items()},
         folder / "gradients.safetensors")
    save({"tokens": tokens, "targets": targets, "logits": logits, "loss_sum": loss_sum},
         folder / "outputs.safetensors")
    model.config.save_pretrained(folder)


def main():
    here = pathlib.Path(__file__).resolve().parent
    torch.manual_seed(1234)
    for name, model in models():
        write(model, here / name)


if __name__ == "__main__":
    main()
