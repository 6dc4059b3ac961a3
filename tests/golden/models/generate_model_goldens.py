#!/usr/bin/env python3
"""Writes the reference values of each trainable family: logits, loss and gradients of a tiny model
with random weights, computed by Hugging Face transformers in fp32 on the CPU; DeepSeek-MoE, which
transformers lacks, by deepseek_moe.py, written from the paper.

    python3 -m venv peer && peer/bin/pip install torch==2.11.0 transformers==5.23.0 safetensors
    peer/bin/python tests/golden/models/generate_model_goldens.py

Gives for each model a folder with
    config.json            the model's config
    model.safetensors      its weights, by Hugging Face's names and layouts
    gradients.safetensors  the gradient of the summed cross-entropy over the targets, likewise
    outputs.safetensors    tokens and targets int64 [B, T], logits fp32 [B, T, V], loss_sum fp32 [],
                           adamw_losses fp32 [3]: the mean loss before each of three AdamW steps
                           balance_loss fp32 []: transformers' pooled balance loss, where it has one
    adamw.safetensors      the weights after these steps, likewise
    routing.safetensors    mixtures only: for layer L what its router sees (hidden.L [N, D]), the
                           experts it chooses (choices.L int64 [N, k]) and their weights (weights.L)
"""

import pathlib

import torch
import transformers
from safetensors.torch import save_file
from transformers import (DeepseekV2Config, DeepseekV2ForCausalLM, DeepseekV3Config,
                          DeepseekV3ForCausalLM, Glm4MoeConfig, Glm4MoeForCausalLM, GPT2Config,
                          GPT2LMHeadModel, GptOssConfig, GptOssForCausalLM, LlamaConfig, LlamaForCausalLM, MixtralConfig,
                          MixtralForCausalLM, Olmo2Config, Olmo2ForCausalLM, OlmoeConfig,
                          OlmoeForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config,
                          Qwen3ForCausalLM, Qwen3MoeConfig, Qwen3MoeForCausalLM)

from deepseek_moe import DeepseekMoe

BATCH, SEQ_LEN, VOCAB = 2, 32, 96
STORED_BUFFER = "e_score_correction_bias"  # no gradient moves it
NO_SPECIAL_TOKENS = {"pad_token_id": None, "bos_token_id": None, "eos_token_id": None}


SIZES = {"num_hidden_layers": 2, "hidden_size": 32, "num_attention_heads": 4,
         "num_key_value_heads": 2, "max_position_embeddings": 64, "initializer_range": 0.15,
         **NO_SPECIAL_TOKENS}
# Llama 2's epsilon: at AdamW's usual 1e-8 the step of a weight whose gradient is rounding noise is
# as long as any other's, and its direction is noise too.
ADAMW = {"lr": 1e-3, "betas": (0.9, 0.95), "eps": 1e-5}
WEIGHT_DECAY, GRAD_CLIP, ADAMW_STEPS = 0.1, 1.0, 3
YARN = {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0,
        "original_max_position_embeddings": 16, "beta_fast": 32.0, "beta_slow": 1.0}
LATENT = {"num_hidden_layers": 3, "num_key_value_heads": 4, "first_k_dense_replace": 1,
          "intermediate_size": 48, "moe_intermediate_size": 16, "n_routed_experts": 8,
          "n_shared_experts": 1, "num_experts_per_tok": 2, "q_lora_rank": 24, "kv_lora_rank": 16,
          "qk_nope_head_dim": 12, "qk_rope_head_dim": 8, "v_head_dim": 10, "n_group": 4,
          "topk_group": 2}


def models(vocab):
    decoder = {**SIZES, "vocab_size": vocab}
    yield "gpt2", GPT2LMHeadModel(
        GPT2Config(n_layer=2, n_embd=32, n_head=4, n_inner=128, vocab_size=vocab, n_positions=32,
                   resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, initializer_range=0.15,
                   **NO_SPECIAL_TOKENS))
    yield "olmoe", OlmoeForCausalLM(
        OlmoeConfig(num_hidden_layers=2, hidden_size=32, num_attention_heads=4,
                    num_key_value_heads=2, intermediate_size=16, num_experts=8,
                    num_experts_per_tok=2, norm_topk_prob=False, vocab_size=vocab,
                    max_position_embeddings=64, initializer_range=0.15, **NO_SPECIAL_TOKENS))
    yield "llama", LlamaForCausalLM(LlamaConfig(**decoder, intermediate_size=64, rope_parameters={
        "rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0, "low_freq_factor": 1.0,
        "high_freq_factor": 4.0, "original_max_position_embeddings": 16}))
    yield "qwen2", Qwen2ForCausalLM(Qwen2Config(**decoder, intermediate_size=64))
    yield "qwen3", Qwen3ForCausalLM(Qwen3Config(**decoder, intermediate_size=64, head_dim=16,
                                                tie_word_embeddings=True))
    yield "olmo2", Olmo2ForCausalLM(Olmo2Config(**decoder, intermediate_size=64))
    yield "mixtral", MixtralForCausalLM(
        MixtralConfig(**decoder, intermediate_size=16, num_local_experts=4, num_experts_per_tok=2,
                      sliding_window=None))
    yield "qwen3_moe", Qwen3MoeForCausalLM(
        Qwen3MoeConfig(**decoder, intermediate_size=48, moe_intermediate_size=16, num_experts=8,
                       num_experts_per_tok=2, norm_topk_prob=True, head_dim=16))
    yield "glm4_moe", Glm4MoeForCausalLM(
        Glm4MoeConfig(**{**decoder, "num_hidden_layers": 3}, intermediate_size=48,
                      moe_intermediate_size=16, n_routed_experts=8, n_shared_experts=1,
                      num_experts_per_tok=2, first_k_dense_replace=1, n_group=1, topk_group=1,
                      routed_scaling_factor=1.5, attention_bias=True, use_qk_norm=True,
                      head_dim=8))
    yield "gpt_oss", GptOssForCausalLM(
        GptOssConfig(**{**decoder, "num_hidden_layers": 2}, head_dim=8, intermediate_size=16,
                     num_local_experts=6, num_experts_per_tok=2, sliding_window=8,
                     rope_parameters={**YARN, "rope_theta": 150000.0, "truncate": False}))
    yield "deepseek", DeepseekV3ForCausalLM(
        DeepseekV3Config(**{**decoder, **LATENT}, routed_scaling_factor=2.5, norm_topk_prob=True,
                         rope_parameters={**YARN, "mscale": 1.0, "mscale_all_dim": 1.0}))
    yield "deepseek_v2", DeepseekV2ForCausalLM(
        DeepseekV2Config(**{**decoder, **LATENT}, routed_scaling_factor=2.0, norm_topk_prob=False,
                         topk_method="group_limited_greedy"))
    yield "deepseek_moe", DeepseekMoe(vocab=vocab)


def spread(model):
    """Moves norms and biases away from 1 and 0, so that each of them shows in the logits."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.add_(torch.randn_like(parameter) * 0.1)
        for name, buffer in model.named_buffers():
            if name.endswith(STORED_BUFFER):
                buffer.add_(torch.randn_like(buffer) * 0.05)


def save(tensors, path):
    save_file({name: tensor.detach().contiguous() for name, tensor in tensors.items()}, path,
              metadata={"torch": torch.__version__, "transformers": transformers.__version__})
    path.chmod(0o644)


def with_buffers(model, tensors):
    buffers = {name: buffer for name, buffer in model.named_buffers()
               if name.endswith(STORED_BUFFER)}
    return {**tensors, **buffers}


def watch_routing(model):
    """The arguments of every mixture's experts, filled by the next forward pass."""
    seen, hooks = {}, []
    for name, module in model.named_modules():
        if name.endswith("mlp.experts") and not isinstance(module, torch.nn.ModuleList):
            layer = name.split(".")[2]
            hooks.append(module.register_forward_pre_hook(
                lambda _, args, layer=layer: seen.update({
                    f"hidden.{layer}": args[0].flatten(0, -2), f"choices.{layer}": args[1],
                    f"weights.{layer}": args[2]})))
    return seen, hooks


def adamw_steps(model, tokens, targets):
    decays = [p for p in model.parameters() if p.dim() >= 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    optimizer = torch.optim.AdamW([{"params": decays, "weight_decay": WEIGHT_DECAY},
                                   {"params": vectors, "weight_decay": 0.0}], **ADAMW)
    losses = []
    for _ in range(ADAMW_STEPS):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(
            model(input_ids=tokens).logits.flatten(0, 1), targets.flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), GRAD_CLIP)
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses)


def write(model, folder, vocab):
    folder.mkdir(exist_ok=True)
    spread(model)
    model.eval()
    tokens = torch.randint(0, vocab, (BATCH, SEQ_LEN + 1))
    tokens, targets = tokens[:, :-1], tokens[:, 1:]
    outputs = {"tokens": tokens, "targets": targets}
    if hasattr(model.config, "router_aux_loss_coef"):
        outputs["balance_loss"] = model(input_ids=tokens, output_router_logits=True).aux_loss
    routing, hooks = watch_routing(model)
    logits = model(input_ids=tokens).logits
    for hook in hooks:
        hook.remove()
    loss_sum = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(),
                                                 reduction="sum")
    loss_sum.backward()
    parameters = dict(model.named_parameters())
    save(with_buffers(model, parameters), folder / "model.safetensors")
    gradients = {name: parameter.grad for name, parameter in parameters.items()}
    zeros = {name: torch.zeros_like(buffer) for name, buffer in with_buffers(model, {}).items()}
    save({**gradients, **zeros}, folder / "gradients.safetensors")
    if routing:
        save(routing, folder / "routing.safetensors")
    losses = adamw_steps(model, tokens, targets)
    save(with_buffers(model, parameters), folder / "adamw.safetensors")
    outputs.update({"logits": logits, "loss_sum": loss_sum, "adamw_losses": losses})
    save(outputs, folder / "outputs.safetensors")
    model.config.save_pretrained(folder)


def write_all(folder, seed, vocab):
    torch.manual_seed(seed)
    for name, model in models(vocab):
        write(model, folder / name, vocab)
        print(name)


if __name__ == "__main__":
    write_all(pathlib.Path(__file__).resolve().parent, seed=1234, vocab=VOCAB)
