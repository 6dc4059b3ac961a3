#include "specs/hf_config.h"

#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>
#include <string>

#include "hf_text.h"

namespace assay {
namespace {

using nlohmann::json;

using test::hf_fault;
using test::hf_model;
using test::hf_spec;
using test::with;
using test::without;

// config.json of openai-community/gpt2.
json gpt2() {
  return json::parse(R"({
  "activation_function": "gelu_new", "architectures": ["GPT2LMHeadModel"], "attn_pdrop": 0.1,
  "bos_token_id": 50256, "embd_pdrop": 0.1, "eos_token_id": 50256, "initializer_range": 0.02,
  "layer_norm_epsilon": 1e-05, "model_type": "gpt2", "n_ctx": 1024, "n_embd": 768, "n_head": 12,
  "n_layer": 12, "n_positions": 1024, "resid_pdrop": 0.1, "summary_activation": null,
  "summary_first_dropout": 0.1, "summary_proj_to_labels": true, "summary_type": "cls_index",
  "summary_use_proj": true,
  "task_specific_params": {"text-generation": {"do_sample": true, "max_length": 50}},
  "vocab_size": 50257})");
}

// config.json of meta-llama/Llama-3.1-8B.
json llama() {
  return json::parse(R"({
  "architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
  "bos_token_id": 128000, "eos_token_id": 128001, "hidden_act": "silu", "hidden_size": 4096,
  "initializer_range": 0.02, "intermediate_size": 14336, "max_position_embeddings": 131072,
  "mlp_bias": false, "model_type": "llama", "num_attention_heads": 32, "num_hidden_layers": 32,
  "num_key_value_heads": 8, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
  "rope_scaling": {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192, "rope_type": "llama3"},
  "rope_theta": 500000.0, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
  "transformers_version": "4.43.0.dev0", "use_cache": true, "vocab_size": 128256})");
}

// config.json of allenai/OLMoE-1B-7B-0924.
json olmoe() {
  return json::parse(R"({
  "architectures": ["OlmoeForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
  "clip_qkv": null, "eos_token_id": 50279, "hidden_act": "silu", "hidden_size": 2048,
  "initializer_range": 0.02, "intermediate_size": 1024, "max_position_embeddings": 4096,
  "model_type": "olmoe", "norm_topk_prob": false, "num_attention_heads": 16, "num_experts": 64,
  "num_experts_per_tok": 8, "num_hidden_layers": 16, "num_key_value_heads": 16,
  "output_router_logits": false, "pad_token_id": 1, "rms_norm_eps": 1e-05, "rope_scaling": null,
  "rope_theta": 10000.0, "router_aux_loss_coef": 0.01, "tie_word_embeddings": false,
  "torch_dtype": "bfloat16", "transformers_version": "4.43.0.dev0", "use_cache": true,
  "vocab_size": 50304})");
}

// config.json of deepseek-ai/DeepSeek-V3.
json deepseek_v3() {
  return json::parse(R"({
  "architectures": ["DeepseekV3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
  "auto_map": {"AutoConfig": "configuration_deepseek.DeepseekV3Config"}, "aux_loss_alpha": 0.001,
  "bos_token_id": 0, "eos_token_id": 1, "ep_size": 1, "first_k_dense_replace": 3,
  "hidden_act": "silu", "hidden_size": 7168, "initializer_range": 0.02, "intermediate_size": 18432,
  "kv_lora_rank": 512, "max_position_embeddings": 163840, "model_type": "deepseek_v3",
  "moe_intermediate_size": 2048, "moe_layer_freq": 1, "n_group": 8, "n_routed_experts": 256,
  "n_shared_experts": 1, "norm_topk_prob": true, "num_attention_heads": 128,
  "num_experts_per_tok": 8, "num_hidden_layers": 61, "num_key_value_heads": 128,
  "num_nextn_predict_layers": 1, "pretraining_tp": 1, "q_lora_rank": 1536, "qk_nope_head_dim": 128,
  "qk_rope_head_dim": 64,
  "quantization_config": {"activation_scheme": "dynamic", "fmt": "e4m3", "quant_method": "fp8",
    "weight_block_size": [128, 128]},
  "rms_norm_eps": 1e-06,
  "rope_scaling": {"beta_fast": 32, "beta_slow": 1, "factor": 40, "mscale": 1.0,
    "mscale_all_dim": 1.0, "original_max_position_embeddings": 4096, "type": "yarn"},
  "rope_theta": 10000, "routed_scaling_factor": 2.5, "scoring_func": "sigmoid", "seq_aux": true,
  "tie_word_embeddings": false, "topk_group": 4, "topk_method": "noaux_tc",
  "torch_dtype": "bfloat16", "transformers_version": "4.33.1", "use_cache": true,
  "v_head_dim": 128, "vocab_size": 129280})");
}

// config.json of deepseek-ai/DeepSeek-V2-Lite.
json deepseek_v2_lite() {
  return json::parse(R"({
  "architectures": ["DeepseekV2ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
  "aux_loss_alpha": 0.001, "bos_token_id": 100000, "eos_token_id": 100001,
  "first_k_dense_replace": 1, "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02,
  "intermediate_size": 10944, "kv_lora_rank": 512, "max_position_embeddings": 163840,
  "model_type": "deepseek_v2", "moe_intermediate_size": 1408, "moe_layer_freq": 1, "n_group": 1,
  "n_routed_experts": 64, "n_shared_experts": 2, "norm_topk_prob": false,
  "num_attention_heads": 16, "num_experts_per_tok": 6, "num_hidden_layers": 27,
  "num_key_value_heads": 16, "pretraining_tp": 1, "q_lora_rank": null, "qk_nope_head_dim": 128,
  "qk_rope_head_dim": 64, "rms_norm_eps": 1e-06,
  "rope_scaling": {"beta_fast": 32, "beta_slow": 1, "factor": 40, "mscale": 0.707,
    "mscale_all_dim": 0.707, "original_max_position_embeddings": 4096, "type": "yarn"},
  "rope_theta": 10000, "routed_scaling_factor": 1.0, "scoring_func": "softmax", "seq_aux": true,
  "tie_word_embeddings": false, "topk_group": 1, "topk_method": "greedy",
  "torch_dtype": "bfloat16", "transformers_version": "4.33.1", "use_cache": true,
  "v_head_dim": 128, "vocab_size": 102400})");
}

// config.json of deepseek-ai/deepseek-moe-16b-base.
json deepseek_moe() {
  return json::parse(R"({
  "architectures": ["DeepseekForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
  "aux_loss_alpha": 0.001, "bos_token_id": 100000, "eos_token_id": 100001,
  "first_k_dense_replace": 1, "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02,
  "intermediate_size": 10944, "max_position_embeddings": 4096, "model_type": "deepseek",
  "moe_intermediate_size": 1408, "moe_layer_freq": 1, "n_routed_experts": 64,
  "n_shared_experts": 2, "norm_topk_prob": false, "num_attention_heads": 16,
  "num_experts_per_tok": 6, "num_hidden_layers": 28, "num_key_value_heads": 16,
  "pretraining_tp": 1, "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 10000,
  "scoring_func": "softmax", "seq_aux": true, "tie_word_embeddings": false,
  "torch_dtype": "bfloat16", "transformers_version": "4.36.0", "use_cache": true,
  "vocab_size": 102400})");
}

}  // namespace

TEST_CASE("published config.json files give the published counts") {
  CHECK(hf_spec(gpt2()).parameters.total == 124'439'808);
  CHECK(hf_spec(llama()).parameters.total == 8'030'261'248);
  CHECK(hf_spec(olmoe()).parameters.total == 6'919'161'856);
  CHECK(hf_spec(deepseek_v3()).parameters.total == 671'026'419'200);
  CHECK(hf_spec(deepseek_v2_lite()).parameters.total == 15'706'484'224);
  CHECK(hf_spec(deepseek_moe()).parameters.total == 16'375'728'128);
}

TEST_CASE("GPT-2's published dropout is told, and changes nothing") {
  const HfModel model = hf_model(gpt2());
  REQUIRE(model.notes.size() == 3);
  CHECK(model.notes[2] ==
        "resid_pdrop 0.1: dropout acts in training only, and this program trains without it");
  CHECK(hf_fault(with(gpt2(), "n_ctx", 512)) == "config.json: n_ctx: 512, but n_positions is 1024");
  CHECK(hf_spec(with(gpt2(), "n_inner", nullptr)).parameters.total == 124'439'808);
}

TEST_CASE("rope_parameters of transformers 5 are read") {
  json keys = llama();
  keys["rope_parameters"] = keys["rope_scaling"];
  keys["rope_parameters"]["rope_theta"] = keys["rope_theta"];
  keys.erase("rope_scaling");
  keys.erase("rope_theta");
  const TomlTable table = hf_model(keys).table;
  CHECK(std::get<double>(table.find("rope_theta")->value) == 500000.0);
  CHECK(table.find("rope_scaling") != nullptr);
  CHECK(hf_spec(keys).parameters.total == 8'030'261'248);
}

TEST_CASE("an unknown model type names the nearest") {
  CHECK(
      hf_fault(with(gpt2(), "model_type", "gtp2")) ==
      "config.json: model_type: unknown model type \"gtp2\"; nearest known: \"gpt2\" (known: "
      "bloom, dbrx, deepseek, deepseek_v2, deepseek_v3, kimi_k2, falcon, glm4_moe, gpt2, gpt_oss, "
      "llama, minimax, minimax_m1, minimax_text_01, mixtral, mpt, nemotron, olmo2, olmoe, qwen2, "
      "qwen3, qwen3_moe)");
}

TEST_CASE("a key that may change the mathematics and is not understood is an error") {
  CHECK(hf_fault(with(llama(), "sliding_window", 4096)) ==
        "config.json: sliding_window: key not understood by the family \"llama\"; it may change "
        "the mathematics: 4096");
  CHECK(hf_fault(with(llama(), "attention_bias", true)) ==
        "config.json: attention_bias: this family computes with false only, found true");
  CHECK(hf_fault(with(llama(), "hidden_act", "gelu")).find("hidden_act") != std::string::npos);
  CHECK(hf_fault(with(gpt2(), "scale_attn_by_inverse_layer_idx", true)) != "no error");
  CHECK(hf_fault(with(olmoe(), "clip_qkv", 8.0)) != "no error");
  CHECK(hf_fault(with(deepseek_v3(), "topk_method", "other")).find("unknown name") !=
        std::string::npos);
  CHECK(hf_fault(with(llama(), "rope_scaling", {{"type", "linear"}, {"factor", 2.0}}))
            .find("unknown stretch \"linear\"") != std::string::npos);
}

TEST_CASE("a missing, wrong or absurd value names its key") {
  json keys = gpt2();
  keys.erase("n_layer");
  CHECK(hf_fault(keys) == "config.json: n_layer: missing");
  CHECK(hf_fault(with(gpt2(), "n_layer", "12")) == "config.json: n_layer: not an integer");
  CHECK(hf_fault(with(gpt2(), "n_head", 7)) ==
        "config.json: n_head: heads do not divide the width: n_embd 768 / n_head 7");
  CHECK(hf_fault(with(gpt2(), "n_embd", -768)).find("config.json: n_embd: out of range") !=
        std::string::npos);
  CHECK(hf_fault(with(llama(), "rope_scaling", {{"type", 3}})) != "no error");
}

TEST_CASE("what is no JSON object is an error that names the file") {
  CHECK(hf_fault(std::string("[1, 2]")) == "config.json: not a JSON object");
  CHECK_THROWS_AS(read_hf_config("no/such/config.json"), DataError);
}

}  // namespace assay
