"""Llama and Qwen2 in plain PyTorch: RMSNorm, rotary positions, grouped heads by SDPA, SwiGLU. Reads Hugging Face's weights.
Source: Touvron et al. 2023; Qwen2.5's report for the biases of q, k and v."""

import torch
from torch import nn
from torch.nn import functional as F


def rotate(x, cos, sin):
    """Turns [B, H, T, D] by the position of each token; halves are pairs, as in Hugging Face's weights."""
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config["hidden_size"]
        self.heads, self.kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
        head, bias = width // self.heads, config["model_type"] == "qwen2"
        self.q_proj = nn.Linear(width, self.heads * head, bias)
        self.k_proj = nn.Linear(width, self.kv_heads * head, bias)
        self.v_proj = nn.Linear(width, self.kv_heads * head, bias)
        self.o_proj = nn.Linear(self.heads * head, width, False)

    def forward(self, x, cos, sin):
        batch, length, _ = x.shape
        q, k, v = (part.view(batch, length, heads, -1).transpose(1, 2) for part, heads in (
            (self.q_proj(x), self.heads), (self.k_proj(x), self.kv_heads), (self.v_proj(x), self.kv_heads)))
        q, k = (rotate(part, cos, sin).to(v.dtype) for part in (q, k))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=self.heads != self.kv_heads)
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, -1))


class Mlp(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.gate_proj, self.up_proj = nn.Linear(width, inner, False), nn.Linear(width, inner, False)
        self.down_proj = nn.Linear(inner, width, False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, epsilon = config["hidden_size"], config.get("rms_norm_eps", 1e-6)
        self.input_layernorm = nn.RMSNorm(width, epsilon)
        self.self_attn = Attention(config)
        self.post_attention_layernorm = nn.RMSNorm(width, epsilon)
        self.mlp = Mlp(width, config["intermediate_size"])

    def forward(self, x, cos, sin):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


class PlainLlama(nn.Module):
    """tokens int64 [B, T] and targets to the mean cross-entropy."""

    def __init__(self, config):
        super().__init__()
        self.embed_tokens = nn.Embedding(config["vocab_size"], config["hidden_size"])
        self.layers = nn.ModuleList(Block(config) for _ in range(config["num_hidden_layers"]))
        self.norm = nn.RMSNorm(config["hidden_size"], config.get("rms_norm_eps", 1e-6))
        self.lm_head = nn.Linear(config["hidden_size"], config["vocab_size"], False)
        if config["tie_word_embeddings"]:
            self.lm_head.weight = self.embed_tokens.weight
        head = config["hidden_size"] // config["num_attention_heads"]
        powers = torch.arange(0, head, 2, dtype=torch.float32) / head
        self.register_buffer("frequencies", config.get("rope_theta", 10000.0) ** -powers, persistent=False)

    def forward(self, tokens, targets):
        angles = torch.outer(torch.arange(tokens.shape[1], device=tokens.device).float(), self.frequencies)
        angles = torch.cat((angles, angles), dim=-1)
        x = self.embed_tokens(tokens)
        cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
        for block in self.layers:
            x = block(x, cos, sin)
        logits = self.lm_head(self.norm(x))
        return F.cross_entropy(logits.view(-1, logits.shape[-1]).float(), targets.reshape(-1))

    def load_hf(self, weights):
        missing, unexpected = self.load_state_dict(
            {name.removeprefix("model."): tensor for name, tensor in weights.items()}, strict=False)
        if unexpected or set(missing) - {"lm_head.weight"}:
            raise ValueError(f"tensors differ: missing {missing}, unexpected {unexpected}")
