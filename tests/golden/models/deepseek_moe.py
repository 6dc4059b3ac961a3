"""DeepSeek-MoE (arXiv 2401.06066) written from the paper for the goldens: multi-head attention with
rotary positions, a dense first layer, then mixtures of fine-grained experts (equations 9 to 11:
softmax affinities over all routed experts, the largest k kept as they are) and shared experts.
transformers has no such model. Names are those of the published weights."""

import json
import types

import torch
from torch import nn

SIZES = {"num_hidden_layers": 3, "first_k_dense_replace": 1, "hidden_size": 32,
         "num_attention_heads": 4, "num_key_value_heads": 4, "intermediate_size": 48,
         "moe_intermediate_size": 16, "n_routed_experts": 8, "n_shared_experts": 2,
         "num_experts_per_tok": 3, "max_position_embeddings": 64, "rms_norm_eps": 1e-6,
         "rope_theta": 10000.0}


class Config(dict):
    """config.json as the authors' files have it."""

    def save_pretrained(self, folder):
        fixed = {"model_type": "deepseek", "hidden_act": "silu", "norm_topk_prob": False,
                 "scoring_func": "softmax", "tie_word_embeddings": False}
        (folder / "config.json").write_text(json.dumps({**self, **fixed}, indent=2) + "\n")


class RmsNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return self.weight * x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6)


class Mlp(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x):
        return self.down_proj(nn.functional.silu(self.gate_proj(x)) * self.up_proj(x))


class Mixture(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.top_k = c.num_experts_per_tok
        self.gate = nn.Linear(c.hidden_size, c.n_routed_experts, bias=False)
        self.experts = nn.ModuleList(Mlp(c.hidden_size, c.moe_intermediate_size)
                                     for _ in range(c.n_routed_experts))
        self.shared_experts = Mlp(c.hidden_size, c.n_shared_experts * c.moe_intermediate_size)

    def forward(self, x):
        affinity = self.gate(x).softmax(-1)
        kept = affinity >= affinity.topk(self.top_k, -1).values[..., -1:]
        routed = sum((affinity * kept)[..., i:i + 1] * expert(x)
                     for i, expert in enumerate(self.experts))
        return self.shared_experts(x) + routed


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.heads, self.theta = c.num_attention_heads, c.rope_theta
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            setattr(self, name, nn.Linear(c.hidden_size, c.hidden_size, bias=False))

    def turn(self, x):
        half = x.shape[-1] // 2
        angle = torch.arange(x.shape[-2])[:, None] * self.theta ** (-torch.arange(half) / half)
        a, b = x[..., :half], x[..., half:]
        return torch.cat([a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()], -1)

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = (f(x).view(batch, length, self.heads, -1).transpose(1, 2)
                   for f in (self.q_proj, self.k_proj, self.v_proj))
        scores = self.turn(q) @ self.turn(k).transpose(-1, -2) / (width // self.heads) ** 0.5
        future = torch.ones(length, length, dtype=torch.bool).triu(1)
        mixed = scores.masked_fill(future, float("-inf")).softmax(-1) @ v
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, width))


class Layer(nn.Module):
    def __init__(self, c, index):
        super().__init__()
        self.input_layernorm = RmsNorm(c.hidden_size)
        self.self_attn = Attention(c)
        self.post_attention_layernorm = RmsNorm(c.hidden_size)
        self.mlp = (Mlp(c.hidden_size, c.intermediate_size) if index < c.first_k_dense_replace
                    else Mixture(c))

    def forward(self, x):
        x = x + self.self_attn(self.input_layernorm(x))
        return x + self.mlp(self.post_attention_layernorm(x))


class DeepseekMoe(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.config = Config(SIZES, vocab_size=vocab)
        c = types.SimpleNamespace(**self.config)
        self.model = nn.Module()
        self.model.embed_tokens = nn.Embedding(vocab, c.hidden_size)
        self.model.layers = nn.ModuleList(Layer(c, i) for i in range(c.num_hidden_layers))
        self.model.norm = RmsNorm(c.hidden_size)
        self.lm_head = nn.Linear(c.hidden_size, vocab, bias=False)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.15)

    def forward(self, input_ids):
        x = self.model.embed_tokens(input_ids)
        for layer in self.model.layers:
            x = layer(x)
        return types.SimpleNamespace(logits=self.lm_head(self.model.norm(x)))
