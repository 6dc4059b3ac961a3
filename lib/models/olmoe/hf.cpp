#include "models/olmoe/hf.h"

#include <fmt/format.h>

namespace assay {
namespace {

HfWeight same(std::string name, std::string hf_name) {
  return {std::move(name), {{.hf_name = std::move(hf_name)}}};
}

HfWeight qkv(const OlmoeConfig& config, const std::string& ours, const std::string& theirs) {
  const int64_t width = config.d_model;
  const int64_t kv_width = config.num_kv_heads * config.d_head();
  const std::string stem = theirs + ".self_attn.";
  return {
      ours + ".qkv.weight",
      {{.hf_name = stem + "q_proj.weight", .row_begin = 0, .num_rows = width},
       {.hf_name = stem + "k_proj.weight", .row_begin = width, .num_rows = kv_width},
       {.hf_name = stem + "v_proj.weight", .row_begin = width + kv_width, .num_rows = kv_width}}};
}

void add_experts(HfWeightMap& map, const OlmoeConfig& config, const std::string& ours,
                 const std::string& theirs, const HfContains& contains) {
  const std::string stem = theirs + ".mlp.experts.";
  if (contains(stem + "gate_up_proj")) {
    map.weights.push_back(same(ours + ".mixture.gate_up", stem + "gate_up_proj"));
    map.weights.push_back(same(ours + ".mixture.down", stem + "down_proj"));
    return;
  }
  HfWeight gate_up{ours + ".mixture.gate_up", {}};
  HfWeight down{ours + ".mixture.down", {}};
  const int64_t rows = config.d_expert;
  for (int64_t expert = 0; expert < config.num_experts; ++expert) {
    const std::string one = fmt::format("{}{}.", stem, expert);
    gate_up.pieces.push_back(
        {.hf_name = one + "gate_proj.weight", .expert = expert, .row_begin = 0, .num_rows = rows});
    gate_up.pieces.push_back(
        {.hf_name = one + "up_proj.weight", .expert = expert, .row_begin = rows, .num_rows = rows});
    down.pieces.push_back({.hf_name = one + "down_proj.weight", .expert = expert});
  }
  map.weights.push_back(std::move(gate_up));
  map.weights.push_back(std::move(down));
}

}  // namespace

HfWeightMap olmoe_hf_weights(const OlmoeConfig& config, const HfContains& contains) {
  HfWeightMap map;
  map.ignored_suffixes = {"rotary_emb.inv_freq"};
  map.weights.push_back(same("embed_tokens.weight", "model.embed_tokens.weight"));
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    const std::string ours = fmt::format("layers_{}", layer);
    const std::string theirs = fmt::format("model.layers.{}", layer);
    map.weights.push_back(
        same(ours + ".attention_norm.weight", theirs + ".input_layernorm.weight"));
    map.weights.push_back(qkv(config, ours, theirs));
    map.weights.push_back(same(ours + ".q_norm.weight", theirs + ".self_attn.q_norm.weight"));
    map.weights.push_back(same(ours + ".k_norm.weight", theirs + ".self_attn.k_norm.weight"));
    map.weights.push_back(same(ours + ".out.weight", theirs + ".self_attn.o_proj.weight"));
    map.weights.push_back(
        same(ours + ".mixture_norm.weight", theirs + ".post_attention_layernorm.weight"));
    map.weights.push_back(same(ours + ".mixture.router.weight", theirs + ".mlp.gate.weight"));
    add_experts(map, config, ours, theirs, contains);
  }
  map.weights.push_back(same("norm.weight", "model.norm.weight"));
  if (config.tie_embeddings) {
    map.copies.push_back({.hf_name = "lm_head.weight", .of = "model.embed_tokens.weight"});
  } else {
    map.weights.push_back(same("lm_head.weight", "lm_head.weight"));
  }
  return map;
}

}  // namespace assay
