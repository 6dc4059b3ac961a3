#include <unistd.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "error/error.h"
#include "published_configs.h"
#include "specs/family.h"
#include "specs/hf_config.h"

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
  CHECK(fault_of(mpt).find("attn_config: qk_ln: ") == 0);
  json dbrx = kDbrx;
  dbrx["ffn_config"]["ffn_act_fn"] = {{"name", "gelu"}};
  CHECK(fault_of(dbrx).find("ffn_config: ffn_act_fn: name: ") == 0);
  dbrx = kDbrx;
  dbrx["ffn_config"].erase("moe_top_k");
  CHECK(fault_of(dbrx).find("ffn_config: moe_top_k: ") == 0);
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
