#pragma once

#include <nlohmann/json.hpp>

#include <string_view>

// config.json files of published models, less what no family reads.
namespace assay::published {

using nlohmann::json;

inline json parse(std::string_view text) { return json::parse(text); }

// Qwen/Qwen2.5-7B
inline const json kQwen2 = parse(R"({
  "architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "hidden_act": "silu",
  "hidden_size": 3584, "initializer_range": 0.02, "intermediate_size": 18944,
  "max_position_embeddings": 131072, "max_window_layers": 28, "model_type": "qwen2",
  "num_attention_heads": 28, "num_hidden_layers": 28, "num_key_value_heads": 4,
  "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "sliding_window": 131072,
  "tie_word_embeddings": false, "use_mrope": false, "use_sliding_window": false,
  "vocab_size": 152064})");

// Qwen/Qwen3-0.6B
inline const json kQwen3 = parse(R"({
  "attention_bias": false, "attention_dropout": 0.0, "head_dim": 128, "hidden_act": "silu",
  "hidden_size": 1024, "initializer_range": 0.02, "intermediate_size": 3072,
  "max_position_embeddings": 40960, "max_window_layers": 28, "model_type": "qwen3",
  "num_attention_heads": 16, "num_hidden_layers": 28, "num_key_value_heads": 8,
  "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 1000000, "sliding_window": null,
  "tie_word_embeddings": true, "use_sliding_window": false, "vocab_size": 151936})");

// allenai/OLMo-2-1124-7B
inline const json kOlmo2 = parse(R"({
  "attention_bias": false, "attention_dropout": 0.0, "hidden_act": "silu", "hidden_size": 4096,
  "initializer_range": 0.02, "intermediate_size": 11008, "max_position_embeddings": 4096,
  "model_type": "olmo2", "num_attention_heads": 32, "num_hidden_layers": 32,
  "num_key_value_heads": 32, "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 500000,
  "tie_word_embeddings": false, "vocab_size": 100352})");

// mistralai/Mixtral-8x7B-v0.1
inline const json kMixtral = parse(R"({
  "attention_dropout": 0.0, "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02,
  "intermediate_size": 14336, "max_position_embeddings": 32768, "model_type": "mixtral",
  "num_attention_heads": 32, "num_experts_per_tok": 2, "num_hidden_layers": 32,
  "num_key_value_heads": 8, "num_local_experts": 8, "output_router_logits": false,
  "rms_norm_eps": 1e-05, "rope_theta": 1000000.0, "router_aux_loss_coef": 0.02,
  "sliding_window": null, "tie_word_embeddings": false, "vocab_size": 32000})");

// Qwen/Qwen3-30B-A3B
inline const json kQwen3Moe = parse(R"({
  "attention_bias": false, "attention_dropout": 0.0, "decoder_sparse_step": 1, "head_dim": 128,
  "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 6144,
  "max_position_embeddings": 40960, "max_window_layers": 48, "mlp_only_layers": [],
  "model_type": "qwen3_moe", "moe_intermediate_size": 768, "norm_topk_prob": true,
  "num_attention_heads": 32, "num_experts": 128, "num_experts_per_tok": 8,
  "num_hidden_layers": 48, "num_key_value_heads": 4, "output_router_logits": false,
  "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 1000000.0,
  "router_aux_loss_coef": 0.001, "sliding_window": null, "tie_word_embeddings": false,
  "use_sliding_window": false, "vocab_size": 151936})");

// openai/gpt-oss-20b; layer_types are filled in by the test.
inline json gpt_oss() {
  json keys = parse(R"({
  "attention_bias": true, "attention_dropout": 0.0, "experts_per_token": 4, "head_dim": 64,
  "hidden_act": "silu", "hidden_size": 2880, "initial_context_length": 4096,
  "initializer_range": 0.02, "intermediate_size": 2880, "max_position_embeddings": 131072,
  "model_type": "gpt_oss", "num_attention_heads": 64, "num_experts_per_tok": 4,
  "num_hidden_layers": 24, "num_key_value_heads": 8, "num_local_experts": 32,
  "output_router_logits": false, "rms_norm_eps": 1e-05,
  "quantization_config": {"quant_method": "mxfp4"},
  "rope_scaling": {"beta_fast": 32.0, "beta_slow": 1.0, "factor": 32.0,
    "original_max_position_embeddings": 4096, "rope_type": "yarn", "truncate": false},
  "rope_theta": 150000, "router_aux_loss_coef": 0.9, "sliding_window": 128, "swiglu_limit": 7.0,
  "tie_word_embeddings": false, "vocab_size": 201088})");
  for (int layer = 0; layer < 24; ++layer) {
    keys["layer_types"].push_back(layer % 2 == 0 ? "sliding_attention" : "full_attention");
  }
  return keys;
}

// zai-org/GLM-4.5
inline const json kGlm4Moe = parse(R"({
  "attention_bias": true, "attention_dropout": 0.0, "first_k_dense_replace": 3, "head_dim": 128,
  "hidden_act": "silu", "hidden_size": 5120, "initializer_range": 0.02,
  "intermediate_size": 12288, "max_position_embeddings": 131072, "model_type": "glm4_moe",
  "moe_intermediate_size": 1536, "n_group": 1, "n_routed_experts": 160, "n_shared_experts": 1,
  "norm_topk_prob": true, "num_attention_heads": 96, "num_experts_per_tok": 8,
  "num_hidden_layers": 92, "num_key_value_heads": 8, "num_nextn_predict_layers": 1,
  "partial_rotary_factor": 0.5, "rms_norm_eps": 1e-05, "rope_scaling": null,
  "rope_theta": 1000000, "routed_scaling_factor": 2.5, "tie_word_embeddings": false,
  "topk_group": 1, "use_qk_norm": true, "vocab_size": 151552})");

// bigscience/bloom
inline const json kBloom = parse(R"({
  "apply_residual_connection_post_layernorm": false, "attention_dropout": 0.0,
  "attention_softmax_in_fp32": true, "hidden_dropout": 0.0, "initializer_range": 0.02,
  "layer_norm_epsilon": 1e-05, "masked_softmax_fusion": true, "model_type": "bloom",
  "n_embed": 14336, "n_layer": 70, "num_attention_heads": 112, "pretraining_tp": 4,
  "seq_length": 2048, "skip_bias_add": true, "skip_bias_add_qkv": false, "slow_but_exact": false,
  "vocab_size": 250880})");

// tiiuae/falcon-7b and falcon-40b
inline const json kFalcon7b = parse(R"({
  "alibi": false, "apply_residual_connection_post_layernorm": false, "attention_dropout": 0.0,
  "bias": false, "hidden_dropout": 0.0, "hidden_size": 4544, "initializer_range": 0.02,
  "layer_norm_epsilon": 1e-05, "model_type": "falcon", "multi_query": true,
  "new_decoder_architecture": false, "num_attention_heads": 71, "num_hidden_layers": 32,
  "parallel_attn": true, "vocab_size": 65024})");
inline const json kFalcon40b = parse(R"({
  "alibi": false, "attention_dropout": 0.0, "bias": false, "hidden_dropout": 0.0,
  "hidden_size": 8192, "initializer_range": 0.02, "layer_norm_epsilon": 1e-05,
  "model_type": "falcon", "multi_query": true, "new_decoder_architecture": true,
  "num_attention_heads": 128, "num_hidden_layers": 60, "num_kv_heads": 8, "parallel_attn": true,
  "vocab_size": 65024})");

// mosaicml/mpt-7b
inline const json kMpt = parse(R"({
  "attn_config": {"alibi": true, "alibi_bias_max": 8, "attn_impl": "torch", "attn_pdrop": 0,
    "attn_type": "multihead_attention", "attn_uses_sequence_id": false, "clip_qkv": null,
    "prefix_lm": false, "qk_ln": false, "softmax_scale": null},
  "d_model": 4096, "emb_pdrop": 0, "embedding_fraction": 1.0, "expansion_ratio": 4,
  "init_device": "cpu", "learned_pos_emb": true, "logit_scale": null, "max_seq_len": 2048,
  "model_type": "mpt", "n_heads": 32, "n_layers": 32, "no_bias": true,
  "norm_type": "low_precision_layernorm", "resid_pdrop": 0, "verbose": 0, "vocab_size": 50432})");

// nvidia/Nemotron-4-340B-Base, as transformers writes its shape
inline const json kNemotron = parse(R"({
  "attention_bias": false, "attention_dropout": 0.0, "head_dim": 192, "hidden_act": "relu2",
  "hidden_size": 18432, "initializer_range": 0.0134, "intermediate_size": 73728,
  "max_position_embeddings": 4096, "mlp_bias": false, "model_type": "nemotron",
  "norm_eps": 1e-05, "num_attention_heads": 96, "num_hidden_layers": 96,
  "num_key_value_heads": 8, "rope_parameters": {"partial_rotary_factor": 0.5,
    "rope_theta": 10000.0, "rope_type": "default"},
  "tie_word_embeddings": false, "vocab_size": 256000})");

// databricks/dbrx-base
inline const json kDbrx = parse(R"({
  "architectures": ["DbrxForCausalLM"],
  "attn_config": {"clip_qkv": 8, "kv_n_heads": 8, "model_type": "", "rope_theta": 500000},
  "d_model": 6144, "emb_pdrop": 0.0,
  "ffn_config": {"ffn_hidden_size": 10752, "model_type": "", "moe_jitter_eps": 0,
    "moe_loss_weight": 0.05, "moe_num_experts": 16, "moe_top_k": 4},
  "initializer_range": 0.02, "max_seq_len": 32768, "model_type": "dbrx", "n_heads": 48,
  "n_layers": 40, "output_router_logits": false, "resid_pdrop": 0.0,
  "tie_word_embeddings": false, "vocab_size": 100352})");

// MiniMaxAI/MiniMax-Text-01; attn_type_list is filled in by the test.
inline json minimax() {
  json keys = parse(R"({
  "attention_dropout": 0.0, "head_dim": 128, "hidden_act": "silu", "hidden_size": 6144,
  "initializer_range": 0.02, "intermediate_size": 9216, "layernorm_full_attention_alpha": 3.5565588200778455,
  "layernorm_full_attention_beta": 1.0, "layernorm_linear_attention_alpha": 3.5565588200778455,
  "layernorm_linear_attention_beta": 1.0, "layernorm_mlp_alpha": 3.5565588200778455,
  "layernorm_mlp_beta": 1.0, "max_position_embeddings": 10240000, "model_type": "minimax_text_01",
  "num_attention_heads": 64, "num_experts_per_tok": 2, "num_hidden_layers": 80,
  "num_key_value_heads": 8, "num_local_experts": 32, "output_router_logits": false,
  "postnorm": true, "rms_norm_eps": 1e-05, "rope_theta": 10000000, "rotary_dim": 64,
  "router_aux_loss_coef": 0.001, "router_jitter_noise": 0.0, "shared_intermediate_size": 0,
  "shared_moe_mode": "sigmoid", "sliding_window": null, "tie_word_embeddings": false,
  "vocab_size": 200064})");
  for (int layer = 1; layer <= 80; ++layer) {
    keys["attn_type_list"].push_back(layer % 8 == 0 ? 1 : 0);
  }
  return keys;
}

// moonshotai/Kimi-K2-Base
inline const json kKimi = parse(R"({
  "attention_bias": false, "attention_dropout": 0.0, "aux_loss_alpha": 0.001, "ep_size": 1,
  "first_k_dense_replace": 1, "hidden_act": "silu", "hidden_size": 7168,
  "initializer_range": 0.02, "intermediate_size": 18432, "kv_lora_rank": 512,
  "max_position_embeddings": 131072, "model_type": "kimi_k2", "moe_intermediate_size": 2048,
  "moe_layer_freq": 1, "n_group": 1, "n_routed_experts": 384, "n_shared_experts": 1,
  "norm_topk_prob": true, "num_attention_heads": 64, "num_experts_per_tok": 8,
  "num_hidden_layers": 61, "num_key_value_heads": 64, "num_nextn_predict_layers": 0,
  "pretraining_tp": 1, "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
  "rms_norm_eps": 1e-06, "rope_scaling": {"beta_fast": 1.0, "beta_slow": 1.0, "factor": 32.0,
    "mscale": 1.0, "mscale_all_dim": 1.0, "original_max_position_embeddings": 4096,
    "type": "yarn"},
  "rope_theta": 50000.0, "routed_scaling_factor": 2.827, "scoring_func": "sigmoid",
  "seq_aux": true, "tie_word_embeddings": false, "topk_group": 1, "topk_method": "noaux_tc",
  "v_head_dim": 128, "vocab_size": 163840})");

}  // namespace assay::published
