#!/usr/bin/env python3
"""Writes what transformers takes for each key that a config.json leaves out: one <model_type>.json a
type, with a whole `config` and, for each key, the keys that change where it is `without` that key,
and where that key is `null`; null itself where transformers refuses it.
./build/parity-venv/bin/python tests/golden/hf_defaults/generate_hf_defaults.py"""

import copy
import json
import pathlib

import transformers
from huggingface_hub.errors import StrictDataclassClassValidationError, StrictDataclassFieldValidationError
from transformers import AutoConfig

transformers.utils.logging.set_verbosity_error()

TYPES = ["gpt2", "llama", "qwen2", "qwen3", "olmo2", "mixtral", "olmoe", "qwen3_moe", "deepseek_v2",
         "deepseek_v3", "gpt_oss", "glm4_moe", "bloom", "falcon", "mpt", "nemotron"]
# Values that are no type's default, so that a default shows where it is taken.
UNUSUAL = {
    "hidden_size": 96, "n_embd": 96, "d_model": 96, "num_hidden_layers": 3, "n_layer": 3, "n_layers": 3,
    "num_attention_heads": 6, "n_head": 6, "n_heads": 6, "num_key_value_heads": 3, "head_dim": 24,
    "intermediate_size": 80, "n_inner": 80, "ffn_hidden_size": 80, "moe_intermediate_size": 40,
    "vocab_size": 300, "max_position_embeddings": 640, "n_positions": 640, "seq_length": 640,
    "max_seq_len": 640, "rms_norm_eps": 3e-4, "layer_norm_epsilon": 3e-4, "norm_eps": 3e-4,
    "initializer_range": 0.03,
    "rope_parameters": {"rope_type": "default", "rope_theta": 777.0}, "num_local_experts": 12,
    "num_experts": 12, "n_routed_experts": 12, "num_experts_per_tok": 3, "n_shared_experts": 3,
    "router_aux_loss_coef": 0.07, "first_k_dense_replace": 2, "n_group": 4, "topk_group": 2,
    "routed_scaling_factor": 1.7, "q_lora_rank": 33, "kv_lora_rank": 35, "qk_nope_head_dim": 22,
    "qk_rope_head_dim": 10, "v_head_dim": 26, "sliding_window": 31, "swiglu_limit": 5.0,
    "expansion_ratio": 3, "new_decoder_architecture": True, "num_kv_heads": 3}
FLIPPED = ["norm_topk_prob", "use_qk_norm", "tie_word_embeddings"]
# What the families compute with only, or what follows from other keys.
KEPT = {"gpt2": ["tie_word_embeddings"], "mixtral": ["sliding_window"], "mpt": ["tie_word_embeddings"],
        "bloom": ["tie_word_embeddings"], "deepseek_v2": ["norm_topk_prob", "tie_word_embeddings"],
        "deepseek_v3": ["tie_word_embeddings"], "qwen2": ["sliding_window"],
        "qwen3": ["sliding_window"], "qwen3_moe": ["sliding_window"]}
ADDED = {"glm4_moe": {"head_dim": 24}, "deepseek_v2": {"topk_method": "group_limited_greedy"},
         "llama": {"head_dim": 24}, "qwen2": {"head_dim": 24}, "olmo2": {"head_dim": 24}}
BOOKKEEPING = ["transformers_version", "architectures", "dtype"]


def whole(keys, model_type):
    """All keys of a config.json with these, as transformers completes it."""
    config = AutoConfig.for_model(model_type, **{k: v for k, v in keys.items() if k != "model_type"})
    written = json.loads(config.to_json_string(use_diff=True))
    return {key: value for key, value in written.items() if key not in BOOKKEEPING}


def unusual(model_type):
    keys = dict(ADDED.get(model_type, {}))
    for key, default in whole({}, model_type).items():
        if key in KEPT.get(model_type, []):
            continue
        if key in UNUSUAL:
            keys[key] = copy.deepcopy(UNUSUAL[key])  # transformers writes into it
        elif key in FLIPPED:
            keys[key] = not default
    return whole(keys, model_type)


def changes(config, other, model_type):
    """The keys that change from one config to the other as transformers completes it, or None where it refuses it."""
    try:
        completed = whole(copy.deepcopy(other), model_type)
    except (ValueError, StrictDataclassClassValidationError, StrictDataclassFieldValidationError):
        return None
    return {k: completed.get(k) for k in {**config, **completed} if completed.get(k) != config.get(k)}


def main():
    folder = pathlib.Path(__file__).parent
    for model_type in TYPES:
        config = unusual(model_type)
        keys = [key for key in config if key != "model_type"]
        golden = {"config": config,
                  "without": {key: changes(config, {k: v for k, v in config.items() if k != key}, model_type)
                              for key in keys},
                  "null": {key: changes(config, {**config, key: None}, model_type) for key in keys}}
        (folder / f"{model_type}.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
