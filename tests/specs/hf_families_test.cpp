#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "hf_text.h"
#include "published_configs.h"

// config.json files of the families, as published or as transformers writes them.

namespace assay {
namespace {

using nlohmann::json;

using published::gpt_oss;
using published::kBloom;
using published::kDbrx;
using published::kFalcon40b;
using published::kFalcon7b;
using published::kGlm4Moe;
using published::kKimi;
using published::kMixtral;
using published::kMpt;
using published::kNemotron;
using published::kOlmo2;
using published::kQwen2;
using published::kQwen3;
using published::kQwen3Moe;
using published::minimax;

const auto spec_of_hf = test::hf_spec;
const auto changed = test::with;

/// What is said of these keys, from the key on.
std::string fault_of(const json& keys) {
  const std::string fault = test::hf_fault(keys);
  return fault == "no error" ? fault : fault.substr(std::string("config.json: ").size());
}

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
  CHECK(spec_of_hf(kNemotron).parameters.total == 341'029'195'776);
  CHECK(spec_of_hf(kDbrx).parameters.total == 131'596'523'520);
  CHECK(spec_of_hf(kDbrx).parameters.active_a == 36'469'708'800);
  CHECK(spec_of_hf(minimax()).parameters.total == 456'089'655'296);
  CHECK(spec_of_hf(kKimi).parameters.total == 1'026'408'232'448);
}

TEST_CASE("a key that no family reads is an error in each of them") {
  for (const json& keys : {kQwen2, kQwen3, kOlmo2, kMixtral, kQwen3Moe, gpt_oss(), kGlm4Moe, kBloom,
                           kFalcon7b, kMpt, kNemotron, kDbrx, minimax(), kKimi}) {
    INFO(keys.at("model_type"));
    CHECK(
        fault_of(changed(keys, "new_mathematics", 1)).find("new_mathematics: key not understood") ==
        0);
  }
  CHECK(fault_of(changed(kQwen2, "use_mrope", true)).find("use_mrope: ") == 0);
}

TEST_CASE("a switch that a family does not compute with is an error") {
  CHECK(fault_of(changed(kQwen3, "use_sliding_window", true)).find("use_sliding_window: ") == 0);
  json windows = std::vector<std::string>(28, "full_attention");
  windows[27] = "sliding_attention";
  CHECK(fault_of(changed(kQwen3, "layer_types", windows))
            .find("layer_types: this family computes with \"full_attention\" only") == 0);
  CHECK(fault_of(changed(kQwen3, "layer_types", {"full_attention"})) ==
        "layer_types: 1 entries for 28 layers");
  CHECK(fault_of(changed(kQwen3, "attention_bias", true)).find("attention_bias: ") == 0);
  CHECK(fault_of(changed(kMixtral, "sliding_window", 4096)).find("sliding_window: ") == 0);
  CHECK(fault_of(changed(kQwen3Moe, "mlp_only_layers", {3})).find("mlp_only_layers: ") == 0);
  CHECK(fault_of(changed(kQwen3Moe, "decoder_sparse_step", 2)).find("decoder_sparse_step: ") == 0);
  CHECK(fault_of(changed(gpt_oss(), "layer_types", std::vector<std::string>(24, "full_attention")))
            .find("layer_types: this family computes with a window") == 0);
  json unstretched = gpt_oss();
  unstretched.erase("rope_scaling");
  CHECK(fault_of(unstretched).find("rope_scaling: missing: transformers stretches") == 0);
  CHECK(fault_of(changed(kKimi, "is_encoder_decoder", true)).find("is_encoder_decoder: ") == 0);
  json no_rank = kKimi;
  no_rank.erase("q_lora_rank");
  CHECK(fault_of(no_rank) == "q_lora_rank: missing (null for queries without a latent)");
  CHECK(fault_of(changed(kKimi, "q_lora_rank", nullptr)) == "no error");
  json v2 = kKimi;
  v2["model_type"] = "deepseek_v2";
  v2.erase("scoring_func");
  v2["topk_method"] = "greedy";
  CHECK(fault_of(v2).find("norm_topk_prob: this family computes with false only") == 0);
  v2["norm_topk_prob"] = false;
  CHECK(fault_of(v2) == "no error");
  v2.erase("n_shared_experts");
  CHECK(fault_of(v2) == "n_shared_experts: missing");
  CHECK(fault_of(changed(kBloom, "apply_residual_connection_post_layernorm", true)) != "no error");
  CHECK(fault_of(changed(kFalcon7b, "alibi", true)).find("alibi: ") == 0);
  CHECK(fault_of(changed(kFalcon7b, "parallel_attn", false)).find("parallel_attn: ") == 0);
  CHECK(fault_of(changed(kNemotron, "hidden_act", "silu")).find("hidden_act: ") == 0);
  CHECK(fault_of(changed(kMpt, "no_bias", false)).find("no_bias: ") == 0);
  json mpt = kMpt;
  mpt["attn_config"]["qk_ln"] = true;
  CHECK(fault_of(mpt).find("attn_config.qk_ln: ") == 0);
  json dbrx = kDbrx;
  dbrx["ffn_config"]["ffn_act_fn"] = {{"name", "gelu"}};
  CHECK(fault_of(dbrx).find("ffn_config.ffn_act_fn.name: ") == 0);
  dbrx = kDbrx;
  dbrx["ffn_config"].erase("moe_top_k");
  CHECK(fault_of(dbrx).find("ffn_config.moe_top_k: ") == 0);
  CHECK(fault_of(changed(minimax(), "attn_type_list", {0, 1, 1})) ==
        "attn_type_list: not one entry a layer");
  CHECK(fault_of(changed(minimax(), "attn_type_list", std::vector<int>(80, 0))) ==
        "attn_type_list: no layer has softmax attention");
  CHECK(fault_of(changed(minimax(), "layer_types", {"full_attention"})) != "no error");
}

TEST_CASE("lists of a wrong type name their key") {
  CHECK(fault_of(changed(kQwen3, "layer_types", 3)) == "layer_types: not a list");
  CHECK(fault_of(changed(kQwen3, "layer_types", {1})) == "layer_types: not a list of strings");
  CHECK(fault_of(changed(kQwen3Moe, "mlp_only_layers", {"a"})) ==
        "mlp_only_layers: not a list of integers");
  CHECK(fault_of(changed(kMpt, "attn_config", 3)) == "attn_config: not an object");
}

TEST_CASE("transformers' own bookkeeping is passed over, in inner configs too") {
  const json bookkeeping = {{"_name_or_path", ""},
                            {"architectures", nullptr},
                            {"chunk_size_feed_forward", 0},
                            {"dtype", nullptr},
                            {"id2label", {{"0", "LABEL_0"}}},
                            {"is_encoder_decoder", false},
                            {"label2id", {{"LABEL_0", 0}}},
                            {"output_attentions", false},
                            {"output_hidden_states", false},
                            {"problem_type", nullptr},
                            {"return_dict", true}};
  json dbrx = kDbrx;
  dbrx.update(bookkeeping);
  dbrx["attn_config"].update(bookkeeping);
  dbrx["ffn_config"].update(bookkeeping);
  CHECK(spec_of_hf(dbrx).parameters.total == 131'596'523'520);
  json mpt = kMpt;
  mpt["attn_config"].update(bookkeeping);
  CHECK(spec_of_hf(mpt).parameters.total == 6'649'286'656);
}

TEST_CASE("the number of Qwen3-MoE's experts is read under either name, and both are too many") {
  json renamed = kQwen3Moe;
  renamed["num_local_experts"] = renamed["num_experts"];
  CHECK(fault_of(renamed).find("num_local_experts: key not understood") == 0);
  renamed.erase("num_experts");
  CHECK(spec_of_hf(renamed).parameters.total == 30'532'122'624);
}

TEST_CASE("two names of one figure must say the same") {
  CHECK(fault_of(changed(gpt_oss(), "experts_per_token", 8)) ==
        "experts_per_token: 8, but num_experts_per_tok is 4");
  CHECK(fault_of(changed(kBloom, "n_head", 56)) == "num_attention_heads: 112, but n_head is 56");
  CHECK(fault_of(changed(kBloom, "hidden_size", 7168)) ==
        "n_embed: 14336, but hidden_size is 7168");
  CHECK(fault_of(changed(kBloom, "n_head", 112)) == "no error");
  CHECK(fault_of(changed(minimax(), "partial_rotary_factor", 0.25))
            .find("partial_rotary_factor: key not understood") == 0);
}

TEST_CASE("a null that transformers has no meaning for is refused, never a default") {
  for (const auto& [keys, key] : std::vector<std::pair<json, std::string>>{
           {kFalcon7b, "multi_query"},    // false to Python, true by default
           {kFalcon7b, "parallel_attn"},  // the same
           {kFalcon7b, "tie_word_embeddings"},
           {kQwen3, "head_dim"},
           {kQwen3Moe, "num_key_value_heads"},
           {kQwen3Moe, "norm_topk_prob"},
           {kGlm4Moe, "n_group"},
           {gpt_oss(), "sliding_window"},
           {kKimi, "kv_lora_rank"},
           {kKimi, "rope_interleave"},
           {kKimi, "topk_method"},
           {kMpt, "expansion_ratio"},
           {kMixtral, "rms_norm_eps"},
           {kQwen2, "hidden_act"}}) {
    INFO(key);
    CHECK(fault_of(changed(keys, key, nullptr)) == key + ": found null, which has no meaning here");
  }
  CHECK(fault_of(changed(kFalcon40b, "num_kv_heads", nullptr)) == "no error");
  CHECK(fault_of(changed(kMixtral, "head_dim", nullptr)) == "no error");
}

TEST_CASE("faults of expert groups name the file's keys") {
  CHECK(fault_of(changed(kKimi, "n_group", 5)) ==
        "n_group: groups of experts are not equal: n_routed_experts 384 / n_group 5");
  CHECK(fault_of(changed(kKimi, "topk_group", 2)) ==
        "topk_group: more groups chosen than there are: topk_group 2, n_group 1");
  CHECK(fault_of(changed(changed(kKimi, "n_group", 128), "topk_group", 2)) ==
        "num_experts_per_tok: fewer experts in a token's groups than it chooses: "
        "num_experts_per_tok 8, topk_group 2 of 3 experts each");
  CHECK(fault_of(changed(kKimi, "num_experts_per_tok", 385)) ==
        "num_experts_per_tok: more experts chosen than there are: num_experts_per_tok 385, "
        "n_routed_experts 384");
  CHECK(fault_of(changed(kGlm4Moe, "n_group", 3)) ==
        "n_group: groups of experts are not equal: n_routed_experts 160 / n_group 3");
  CHECK(fault_of(changed(kGlm4Moe, "first_k_dense_replace", 92)) ==
        "first_k_dense_replace: no layer is left for the experts: num_hidden_layers 92, "
        "first_k_dense_replace 92");
  json dbrx = kDbrx;
  dbrx["ffn_config"]["moe_top_k"] = 17;
  CHECK(fault_of(dbrx) ==
        "ffn_config.moe_top_k: more experts chosen than there are: ffn_config.moe_top_k 17, "
        "ffn_config.moe_num_experts 16");
}

TEST_CASE("the weight of DeepSeek's balance loss within sequences is read, another is refused") {
  CHECK(test::hf_toml(kKimi).find("sequence_balance_weight = 0.001\n") != std::string::npos);
  CHECK(test::hf_toml(changed(kKimi, "aux_loss_alpha", 0.0))
            .find("sequence_balance_weight = 0.0\n") != std::string::npos);
  CHECK(test::hf_toml(test::without(kKimi, "seq_aux")) == test::hf_toml(kKimi));
  CHECK(test::hf_toml(test::without(kKimi, "aux_loss_alpha"))
            .find("sequence_balance_weight = 0.0\n") != std::string::npos);
  CHECK(fault_of(changed(kKimi, "seq_aux", false)) ==
        "seq_aux: false: this family balances within sequences only (aux_loss_alpha)");
  CHECK(fault_of(changed(changed(kKimi, "seq_aux", false), "aux_loss_alpha", 0)) == "no error");
  CHECK(fault_of(changed(kKimi, "aux_loss_alpha", -1)) ==
        "aux_loss_alpha: out of range: -1, must be at least 0");
  CHECK(fault_of(changed(kGlm4Moe, "aux_loss_alpha", 0.001)).find("aux_loss_alpha: key not") == 0);
  CHECK(fault_of(changed(kGlm4Moe, "router_aux_loss_coef", 0.001))
            .find("router_aux_loss_coef: key not") == 0);
}

TEST_CASE("dropout is a note, and what is no probability an error") {
  const auto notes = [](const json& keys) { return test::hf_model(keys).notes; };
  CHECK(notes(kQwen2).empty());
  CHECK(notes(changed(kQwen2, "attention_dropout", 0.1)) ==
        std::vector<std::string>{"attention_dropout 0.1: dropout acts in training only, and this "
                                 "program trains without it"});
  json dbrx = kDbrx;
  dbrx["attn_config"]["attn_pdrop"] = 0.25;
  REQUIRE(notes(dbrx).size() == 1);
  CHECK(notes(dbrx).front().find("attn_config.attn_pdrop 0.25: dropout") == 0);
  CHECK(notes(kGlm4Moe) ==
        std::vector<std::string>{"num_nextn_predict_layers 1: blocks of multi-token prediction are "
                                 "left out and not counted"});
  CHECK(notes(gpt_oss()) == std::vector<std::string>{
                                "quantization_config {\"quant_method\":\"mxfp4\"}: the figures are "
                                "those of the weights before they are quantised"});
  CHECK(fault_of(changed(kQwen2, "attention_dropout", 1)) ==
        "attention_dropout: out of range: 1, must be at least 0 and below 1");
  CHECK(fault_of(changed(kQwen2, "attention_dropout", -0.5)) ==
        "attention_dropout: out of range: -0.5, must be at least 0 and below 1");
  CHECK(fault_of(changed(kQwen2, "attention_dropout", "0.1")) == "attention_dropout: not a number");
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
