"""The tensors of a model as Hugging Face's files name them: {name: shape}, from the [config] of a case. Needs no package, so
that weights can be made where there is no transformers."""


def shapes_of(config):
    """Of gpt2, llama, qwen2, olmoe, qwen3_moe and deepseek_v3."""
    if config["model_type"] == "gpt2":
        return gpt2(config)
    width, vocab = config["hidden_size"], config["vocab_size"]
    shapes = {"model.embed_tokens.weight": (vocab, width)}
    for layer in range(config["num_hidden_layers"]):
        block = attention(config) | feed_forward(config, layer) | {
            "input_layernorm.weight": (width,), "post_attention_layernorm.weight": (width,)}
        shapes |= {f"model.layers.{layer}.{name}": shape for name, shape in block.items()}
    shapes["model.norm.weight"] = (width,)
    if not config["tie_word_embeddings"]:
        shapes["lm_head.weight"] = (vocab, width)
    return shapes


def gpt2(config):
    width, inner = config["n_embd"], config["n_inner"]
    shapes = {"wte.weight": (config["vocab_size"], width), "wpe.weight": (config["n_positions"], width)}
    for layer in range(config["n_layer"]):
        for name, shape in {"ln_1": (width,), "attn.c_attn": (width, 3 * width), "attn.c_proj": (width, width),
                            "ln_2": (width,), "mlp.c_fc": (width, inner), "mlp.c_proj": (inner, width)}.items():
            shapes |= {f"h.{layer}.{name}.weight": shape, f"h.{layer}.{name}.bias": shape[-1:]}
    shapes |= {"ln_f.weight": (width,), "ln_f.bias": (width,)}
    return {f"transformer.{name}": shape for name, shape in shapes.items()}


def attention(config):
    family, width = config["model_type"], config["hidden_size"]
    if family == "deepseek_v3":
        return latent_attention(config)
    head = config.get("head_dim", width // config["num_attention_heads"])
    queries, keys = head * config["num_attention_heads"], head * config["num_key_value_heads"]
    shapes = {"q_proj.weight": (queries, width), "k_proj.weight": (keys, width), "v_proj.weight": (keys, width),
              "o_proj.weight": (width, queries)}
    if family == "qwen2":
        shapes |= {"q_proj.bias": (queries,), "k_proj.bias": (keys,), "v_proj.bias": (keys,)}
    if family == "olmoe":
        shapes |= {"q_norm.weight": (queries,), "k_norm.weight": (keys,)}
    if family == "qwen3_moe":
        shapes |= {"q_norm.weight": (head,), "k_norm.weight": (head,)}
    return {f"self_attn.{name}": shape for name, shape in shapes.items()}


def latent_attention(config):
    width, heads = config["hidden_size"], config["num_attention_heads"]
    q_rank, kv_rank, rope = config["q_lora_rank"], config["kv_lora_rank"], config["qk_rope_head_dim"]
    nope, value = config["qk_nope_head_dim"], config["v_head_dim"]
    shapes = {"q_a_proj": (q_rank, width), "q_a_layernorm": (q_rank,), "q_b_proj": (heads * (nope + rope), q_rank),
              "kv_a_proj_with_mqa": (kv_rank + rope, width), "kv_a_layernorm": (kv_rank,),
              "kv_b_proj": (heads * (nope + value), kv_rank), "o_proj": (width, heads * value)}
    return {f"self_attn.{name}.weight": shape for name, shape in shapes.items()}


def feed_forward(config, layer):
    width = config["hidden_size"]

    def gated(prefix, inner):
        return {f"{prefix}.gate_proj.weight": (inner, width), f"{prefix}.up_proj.weight": (inner, width),
                f"{prefix}.down_proj.weight": (width, inner)}

    experts = config.get("num_experts", config.get("n_routed_experts", 0))
    if experts == 0 or layer < config.get("first_k_dense_replace", 0):
        return gated("mlp", config["intermediate_size"])
    inner = config.get("moe_intermediate_size", config["intermediate_size"])
    shapes = {"mlp.gate.weight": (experts, width)}
    for expert in range(experts):
        shapes |= gated(f"mlp.experts.{expert}", inner)
    if config["model_type"] == "deepseek_v3":
        shapes |= {"mlp.gate.e_score_correction_bias": (experts,)}
        shapes |= gated("mlp.shared_experts", inner * config["n_shared_experts"])
    return shapes


def fill_of(name):
    """What a fresh tensor holds: ones (norms), zeros (biases) or normal numbers."""
    if name.endswith("bias"):
        return "zeros"
    is_norm = "norm" in name or ".ln_" in name
    return "ones" if is_norm else "normal"
