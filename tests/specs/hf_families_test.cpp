#include <unistd.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "error/error.h"
#include "specs/family.h"
#include "specs/hf_config.h"

// config.json files of the families, as published or as transformers writes them.

namespace assay {
namespace {

using nlohmann::json;

json parse(std::string_view text) { return json::parse(text); }

ModelSpec spec_of_hf(const json& keys) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() /
                                     ("assay_hf_families_" + std::to_string(::getpid()) + ".json");
  std::ofstream(path) << keys.dump();
  struct Removal {
    const std::filesystem::path& path;
    ~Removal() { std::filesystem::remove(path); }
  } removal{path};
  return spec_from_table(read_hf_config(path), "hf");
}

std::string fault_of(const json& keys) {
  try {
    static_cast<void>(spec_of_hf(keys));
  } catch (const DataError& error) {
    const std::string text = error.what();
    return text.substr(text.find(".json: ") + 7);
  }
  return "no error";
}

json changed(json keys, const std::string& key, json value) {
  keys[key] = std::move(value);
  return keys;
}

// Qwen/Qwen2.5-7B
const json kQwen2 = parse(R"({
  "architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "hidden_act": "silu",
  "hidden_size": 3584, "initializer_range": 0.02, "intermediate_size": 18944,
  "max_position_embeddings": 131072, "max_window_layers": 28, "model_type": "qwen2",
  "num_attention_heads": 28, "num_hidden_layers": 28, "num_key_value_heads": 4,
  "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "sliding_window": 131072,
  "tie_word_embeddings": false, "use_mrope": false, "use_sliding_window": false,
  "vocab_size": 152064})");

// Qwen/Qwen3-0.6B
const json kQwen3 = parse(R"({
  "attention_bias": false, "attention_dropout": 0.0, "head_dim": 128, "hidden_act": "silu",
  "hidden_size": 1024, "initializer_range": 0.02, "intermediate_size": 3072,
  "max_position_embeddings": 40960, "max_window_layers": 28, "model_type": "qwen3",
  "num_attention_heads": 16, "num_hidden_layers": 28, "num_key_value_heads": 8,
  "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 1000000, "sliding_window": null,
  "tie_word_embeddings": true, "use_sliding_window": false, "vocab_size": 151936})");

// allenai/OLMo-2-1124-7B
const json kOlmo2 = parse(R"({
  "attention_bias": false, "attention_dropout": 0.0, "hidden_act": "silu", "hidden_size": 4096,
  "initializer_range": 0.02, "intermediate_size": 11008, "max_position_embeddings": 4096,
  "model_type": "olmo2", "num_attention_heads": 32, "num_hidden_layers": 32,
  "num_key_value_heads": 32, "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 500000,
  "tie_word_embeddings": false, "vocab_size": 100352})");

// mistralai/Mixtral-8x7B-v0.1
const json kMixtral = parse(R"({
  "attention_dropout": 0.0, "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02,
  "intermediate_size": 14336, "max_position_embeddings": 32768, "model_type": "mixtral",
  "num_attention_heads": 32, "num_experts_per_tok": 2, "num_hidden_layers": 32,
  "num_key_value_heads": 8, "num_local_experts": 8, "output_router_logits": false,
  "rms_norm_eps": 1e-05, "rope_theta": 1000000.0, "router_aux_loss_coef": 0.02,
  "sliding_window": null, "tie_word_embeddings": false, "vocab_size": 32000})");

// Qwen/Qwen3-30B-A3B
const json kQwen3Moe = parse(R"({
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
json gpt_oss() {
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
const json kGlm4Moe = parse(R"({
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
const json kBloom = parse(R"({
  "apply_residual_connection_post_layernorm": false, "attention_dropout": 0.0,
  "attention_softmax_in_fp32": true, "hidden_dropout": 0.0, "initializer_range": 0.02,
  "layer_norm_epsilon": 1e-05, "masked_softmax_fusion": true, "model_type": "bloom",
  "n_embed": 14336, "n_layer": 70, "num_attention_heads": 112, "pretraining_tp": 4,
  "seq_length": 2048, "skip_bias_add": true, "skip_bias_add_qkv": false, "slow_but_exact": false,
  "vocab_size": 250880})");

// tiiuae/falcon-7b and falcon-40b
const json kFalcon7b = parse(R"({
  "alibi": false, "apply_residual_connection_post_layernorm": false, "attention_dropout": 0.0,
  "bias": false, "hidden_dropout": 0.0, "hidden_size": 4544, "initializer_range": 0.02,
  "layer_norm_epsilon": 1e-05, "model_type": "falcon", "multi_query": true,
  "new_decoder_architecture": false, "num_attention_heads": 71, "num_hidden_layers": 32,
  "parallel_attn": true, "vocab_size": 65024})");
const json kFalcon40b = parse(R"({
  "alibi": false, "attention_dropout": 0.0, "bias": false, "hidden_dropout": 0.0,
  "hidden_size": 8192, "initializer_range": 0.02, "layer_norm_epsilon": 1e-05,
  "model_type": "falcon", "multi_query": true, "new_decoder_architecture": true,
  "num_attention_heads": 128, "num_hidden_layers": 60, "num_kv_heads": 8, "parallel_attn": true,
  "vocab_size": 65024})");

// mosaicml/mpt-7b
const json kMpt = parse(R"({
  "attn_config": {"alibi": true, "alibi_bias_max": 8, "attn_impl": "torch", "attn_pdrop": 0,
    "attn_type": "multihead_attention", "attn_uses_sequence_id": false, "clip_qkv": null,
    "prefix_lm": false, "qk_ln": false, "softmax_scale": null},
  "d_model": 4096, "emb_pdrop": 0, "embedding_fraction": 1.0, "expansion_ratio": 4,
  "init_device": "cpu", "learned_pos_emb": true, "logit_scale": null, "max_seq_len": 2048,
  "model_type": "mpt", "n_heads": 32, "n_layers": 32, "no_bias": true,
  "norm_type": "low_precision_layernorm", "resid_pdrop": 0, "verbose": 0, "vocab_size": 50432})");

// databricks/dbrx-base
const json kDbrx = parse(R"({
  "architectures": ["DbrxForCausalLM"],
  "attn_config": {"clip_qkv": 8, "kv_n_heads": 8, "model_type": "", "rope_theta": 500000},
  "d_model": 6144, "emb_pdrop": 0.0,
  "ffn_config": {"ffn_hidden_size": 10752, "model_type": "", "moe_jitter_eps": 0,
    "moe_loss_weight": 0.05, "moe_num_experts": 16, "moe_top_k": 4},
  "initializer_range": 0.02, "max_seq_len": 32768, "model_type": "dbrx", "n_heads": 48,
  "n_layers": 40, "output_router_logits": false, "resid_pdrop": 0.0,
  "tie_word_embeddings": false, "vocab_size": 100352})");

// MiniMaxAI/MiniMax-Text-01; attn_type_list is filled in by the test.
json minimax() {
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
const json kKimi = parse(R"({
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

}  // namespace

TEST_CASE("config.json files of every family give the published counts") {
  CHECK(spec_of_hf(kQwen2).parameters.total == 7'615'616'512);
  CHECK(spec_of_hf(kQwen3).parameters.total == 596'049'920);
  CHECK(spec_of_hf(kOlmo2).parameters.total == 7'298'617'344);
  CHECK(spec_of_hf(kMixtral).parameters.total == 46'702'792'704);
  CHECK(spec_of_hf(kQwen3Moe).parameters.total == 30'532'122'624);
  CHECK(spec_of_hf(gpt_oss()).parameters.total == 20'914'757'184);
  CHECK(spec_of_hf(kGlm4Moe).parameters.total == 352'797'829'024);
  CHECK(spec_of_hf(kBloom).parameters.total == 176'247'271'424);
  CHECK(spec_of_hf(kFalcon7b).parameters.total == 6'921'720'704);
  CHECK(spec_of_hf(kFalcon40b).parameters.total == 41'303'293'952);
  CHECK(spec_of_hf(kMpt).parameters.total == 6'649'286'656);
  CHECK(spec_of_hf(kDbrx).parameters.total == 131'596'523'520);
  CHECK(spec_of_hf(kDbrx).parameters.active_a == 36'469'708'800);
  CHECK(spec_of_hf(minimax()).parameters.total == 456'089'655'296);
  CHECK(spec_of_hf(kKimi).parameters.total == 1'026'408'232'448);
}

TEST_CASE("a key that no family reads is an error in each of them") {
  for (const json& keys : {kQwen2, kQwen3, kOlmo2, kMixtral, kQwen3Moe, gpt_oss(), kGlm4Moe, kBloom,
                           kFalcon7b, kMpt, kDbrx, minimax(), kKimi}) {
    INFO(keys.at("model_type"));
    CHECK(
        fault_of(changed(keys, "new_mathematics", 1)).find("new_mathematics: key not understood") ==
        0);
  }
  CHECK(fault_of(changed(kQwen2, "use_mrope", true)).find("use_mrope: ") == 0);
}

TEST_CASE("a switch that a family does not compute with is an error") {
  CHECK(fault_of(changed(kQwen3, "use_sliding_window", true)).find("use_sliding_window: ") == 0);
  CHECK(fault_of(changed(kQwen3, "layer_types", {"full_attention", "sliding_attention"}))
            .find("layer_types: this family computes with \"full_attention\" only") == 0);
  CHECK(fault_of(changed(kQwen3, "attention_bias", true)).find("attention_bias: ") == 0);
  CHECK(fault_of(changed(kMixtral, "sliding_window", 4096)).find("sliding_window: ") == 0);
  CHECK(fault_of(changed(kQwen3Moe, "mlp_only_layers", {3})).find("mlp_only_layers: ") == 0);
  CHECK(fault_of(changed(kQwen3Moe, "decoder_sparse_step", 2)).find("decoder_sparse_step: ") == 0);
  CHECK(fault_of(changed(gpt_oss(), "layer_types", {"full_attention"})).find("layer_types: ") == 0);
  CHECK(fault_of(changed(kBloom, "apply_residual_connection_post_layernorm", true)) != "no error");
  CHECK(fault_of(changed(kFalcon7b, "alibi", true)).find("alibi: ") == 0);
  CHECK(fault_of(changed(kFalcon7b, "parallel_attn", false)).find("parallel_attn: ") == 0);
  CHECK(fault_of(changed(kMpt, "no_bias", false)).find("no_bias: ") == 0);
  json mpt = kMpt;
  mpt["attn_config"]["qk_ln"] = true;
  CHECK(fault_of(mpt).find("attn_config: qk_ln: ") == 0);
  json dbrx = kDbrx;
  dbrx["ffn_config"]["ffn_act_fn"] = {{"name", "gelu"}};
  CHECK(fault_of(dbrx).find("ffn_config: ffn_act_fn: name: ") == 0);
  dbrx = kDbrx;
  dbrx["ffn_config"].erase("moe_top_k");
  CHECK(fault_of(dbrx).find("ffn_config: moe_top_k: ") == 0);
  CHECK(fault_of(changed(minimax(), "attn_type_list", {0, 1, 1})).find("attn_type_list: ") == 0);
  CHECK(fault_of(changed(minimax(), "layer_types", {"full_attention"})) != "no error");
}

TEST_CASE("lists of a wrong type name their key") {
  CHECK(fault_of(changed(kQwen3, "layer_types", 3)) == "layer_types: not a list");
  CHECK(fault_of(changed(kQwen3, "layer_types", {1})) == "layer_types: not a list of strings");
  CHECK(fault_of(changed(kQwen3Moe, "mlp_only_layers", {"a"})) ==
        "mlp_only_layers: not a list of integers");
  CHECK(fault_of(changed(kMpt, "attn_config", 3)) == "attn_config: not an object");
}

TEST_CASE("the number of Qwen3-MoE's experts is read under either name, and both are too many") {
  json renamed = kQwen3Moe;
  renamed["num_local_experts"] = renamed["num_experts"];
  CHECK(fault_of(renamed).find("num_local_experts: key not understood") == 0);
  renamed.erase("num_experts");
  CHECK(spec_of_hf(renamed).parameters.total == 30'532'122'624);
}

TEST_CASE("a share of rotary positions is read from either place and must be even") {
  json moved = kGlm4Moe;
  moved.erase("partial_rotary_factor");
  moved.erase("rope_theta");
  moved["rope_parameters"] = {
      {"rope_type", "default"}, {"rope_theta", 1e6}, {"partial_rotary_factor", 0.25}};
  CHECK(spec_of_hf(moved).parameters.total == 352'797'829'024);
  CHECK(fault_of(changed(kGlm4Moe, "partial_rotary_factor", 0.3)).find("no even width") !=
        std::string::npos);
  json foreign = kQwen3;
  foreign.erase("rope_scaling");
  foreign["rope_parameters"] = {
      {"rope_type", "default"}, {"rope_theta", 1e6}, {"partial_rotary_factor", 0.5}};
  CHECK(fault_of(foreign).find("rope_parameters.partial_rotary_factor: ") == 0);
}

}  // namespace assay
