#!/usr/bin/env python3
"""Writes the reference values of multi-token prediction and of the sequence-wise balance loss, which
transformers lacks, by a model written from DeepSeek-V3's paper (arXiv 2412.19437, sections 2.1.2 and
2.2) around transformers' DeepseekV3 blocks. Environment: see generate_model_goldens.py beside.

Gives in this folder
    config.json            the main model's config
    model.safetensors      weights, multi-token prediction as the layers behind the last one
    gradients.safetensors  of loss_sum + targets x weight x multi_token_loss
    balance_gradients.safetensors  of loss_sum + targets x alpha x balance_loss, main model only
    outputs.safetensors    tokens and targets int64 [B, T], loss_sum fp32 [], multi_token_loss fp32 []
                           (mean over the depths), balance_loss fp32 [] (mean over the mixtures)
"""

import pathlib

import torch
from safetensors.torch import save_file
from torch import nn
from transformers import DeepseekV3Config, DeepseekV3ForCausalLM
from transformers.models.deepseek_v3.modeling_deepseek_v3 import (DeepseekV3DecoderLayer,
                                                                  DeepseekV3RMSNorm)

BATCH, SEQ_LEN, VOCAB, DEPTH = 2, 24, 96, 2
WEIGHT, ALPHA = 0.3, 0.05
CONFIG = DeepseekV3Config(
    num_hidden_layers=2, hidden_size=32, num_attention_heads=4, num_key_value_heads=4,
    vocab_size=VOCAB, max_position_embeddings=64, initializer_range=0.15, first_k_dense_replace=1,
    intermediate_size=48, moe_intermediate_size=16, n_routed_experts=8, n_shared_experts=1,
    num_experts_per_tok=2, q_lora_rank=24, kv_lora_rank=16, qk_nope_head_dim=12, qk_rope_head_dim=8,
    v_head_dim=10, n_group=1, topk_group=1, routed_scaling_factor=2.5, norm_topk_prob=True,
    pad_token_id=None, bos_token_id=None, eos_token_id=None)


class MultiToken(nn.Module):
    """Equations 21 and 22, and the norm that the released weights have before the head. eh_proj's
    columns are in the released weights' order: the embedding's first."""

    def __init__(self, layer):
        super().__init__()
        width = CONFIG.hidden_size
        self.enorm = DeepseekV3RMSNorm(width, CONFIG.rms_norm_eps)
        self.hnorm = DeepseekV3RMSNorm(width, CONFIG.rms_norm_eps)
        self.eh_proj = nn.Linear(2 * width, width, bias=False)
        self.block = DeepseekV3DecoderLayer(CONFIG, layer)
        self.norm = DeepseekV3RMSNorm(width, CONFIG.rms_norm_eps)


def reset(module):
    for parameter in module.parameters():
        noise = torch.randn_like(parameter)
        parameter.copy_(noise * 0.15 if parameter.dim() > 1 else 1 + noise * 0.1)
    for name, buffer in module.named_buffers():
        if name.endswith("e_score_correction_bias"):
            buffer.copy_(torch.randn_like(buffer) * 0.05)


def balance_loss(scores, choices, top_k):
    """Equations 17 to 20 for one sequence: scores [T, E], choices [T, k]."""
    length, experts = scores.shape
    chosen = torch.zeros_like(scores).scatter(1, choices, 1.0)
    share = experts / (top_k * length) * chosen.sum(0)
    probability = (scores / scores.sum(-1, keepdim=True)).mean(0)
    return (share * probability).sum()


def watch_routers(module, seen):
    """Keeps (scores [N, E], choices [N, k]) of every mixture, in the order of their layers."""
    for part in module.modules():
        if hasattr(part, "gate") and hasattr(part, "experts"):
            def keep(_, args, part=part):
                hidden, choices = args[0].flatten(0, -2), args[1]
                seen.append((nn.functional.linear(hidden, part.gate.weight).sigmoid(), choices))
            part.experts.register_forward_pre_hook(keep)


def main_and_further(main, further, tokens, targets):
    """(sum of the main cross-entropy, mean over depths of equation 24 / T)."""
    hidden = main.model(input_ids=tokens).last_hidden_state
    loss_sum = nn.functional.cross_entropy(main.lm_head(hidden).flatten(0, 1), targets.flatten(),
                                           reduction="sum")
    losses = []
    for k, part in enumerate(further, start=1):
        # Position i has h_i of depth k - 1 and token i + k, and predicts token i + k + 1.
        length = SEQ_LEN - k
        embedded = main.model.embed_tokens(tokens[:, k:])
        places = torch.arange(length)[None]
        angles = main.model.rotary_emb(embedded, places)
        causal = torch.full((length, length), float("-inf")).triu(1)[None, None]
        pair = torch.cat([part.enorm(embedded), part.hnorm(hidden[:, :length])], -1)
        out = part.block(part.eh_proj(pair), attention_mask=causal, position_ids=places,
                         position_embeddings=angles)
        hidden = part.norm(out[0] if isinstance(out, tuple) else out)
        sum_k = nn.functional.cross_entropy(main.lm_head(hidden).flatten(0, 1),
                                            targets[:, k:].flatten(), reduction="sum")
        losses.append(sum_k / (BATCH * SEQ_LEN))
    return loss_sum, torch.stack(losses).mean()


def hf_name(depth, name):
    head, _, rest = name.partition(".")
    layer = f"model.layers.{CONFIG.num_hidden_layers + depth}."
    if head == "block":
        return layer + rest
    return layer + ("shared_head.norm." + rest if head == "norm" else name)


def main():
    here = pathlib.Path(__file__).resolve().parent
    torch.manual_seed(4321)
    CONFIG._attn_implementation = "eager"
    model = DeepseekV3ForCausalLM(CONFIG).eval()
    further = nn.ModuleList(MultiToken(CONFIG.num_hidden_layers + k) for k in range(DEPTH)).eval()
    with torch.no_grad():
        reset(model)
        reset(further)
    routers = []
    watch_routers(model, routers)
    tokens = torch.randint(0, VOCAB, (BATCH, SEQ_LEN + 1))
    tokens, targets = tokens[:, :-1].contiguous(), tokens[:, 1:].contiguous()
    loss_sum, multi_token_loss = main_and_further(model, further, tokens, targets)
    balance = torch.stack([
        torch.stack([balance_loss(s, c, CONFIG.num_experts_per_tok)
                     for s, c in zip(scores.chunk(BATCH), choices.chunk(BATCH))]).mean()
        for scores, choices in routers]).mean()
    named = {name: value for name, value in model.named_parameters()}
    for depth, part in enumerate(further):
        named.update({hf_name(depth, name): value for name, value in part.named_parameters()})
    buffers = {name: value for name, value in model.named_buffers() if "correction" in name}
    for depth, part in enumerate(further):
        buffers.update({hf_name(depth, name): value for name, value in part.named_buffers()
                        if "correction" in name})

    def save(tensors, name):
        save_file({key: value.detach().contiguous() for key, value in tensors.items()}, here / name)
        (here / name).chmod(0o644)

    def save_gradients(objective, tensors, name):
        values = torch.autograd.grad(objective, list(tensors.values()), retain_graph=True)
        zeros = {key: torch.zeros_like(buffers[key]) for key in buffers
                 if key.split("mlp")[0] + "mlp.gate.weight" in tensors}
        save({**dict(zip(tensors, values)), **zeros}, name)

    targets_seen = BATCH * SEQ_LEN
    save({**named, **buffers}, "model.safetensors")
    save_gradients(loss_sum + targets_seen * WEIGHT * multi_token_loss, named,
                   "gradients.safetensors")
    save_gradients(loss_sum + targets_seen * ALPHA * balance,
                   dict(model.named_parameters()), "balance_gradients.safetensors")
    save({"tokens": tokens, "targets": targets, "loss_sum": loss_sum,
          "multi_token_loss": multi_token_loss, "balance_loss": balance}, "outputs.safetensors")
    CONFIG.save_pretrained(here)


if __name__ == "__main__":
    main()
