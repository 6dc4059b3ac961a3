#include "models/hf_names.h"

#include <fmt/format.h>

#include <utility>

namespace assay {

HfNames::HfNames(const HfContains& contains, bool tie_embeddings) : contains_(contains) {
  map_.ignored_suffixes = {"rotary_emb.inv_freq"};
  map_.weights.push_back({"embed_tokens.weight", {{.hf_name = "model.embed_tokens.weight"}}});
  map_.weights.push_back({"norm.weight", {{.hf_name = "model.norm.weight"}}});
  if (tie_embeddings) {
    copy("lm_head.weight", "model.embed_tokens.weight");
  } else {
    map_.weights.push_back({"lm_head.weight", {{.hf_name = "lm_head.weight"}}});
  }
}

void HfNames::block(int64_t layer) { block(layer, fmt::format("layers_{}.", layer)); }

void HfNames::block(int64_t layer, std::string ours) {
  ours_ = std::move(ours);
  theirs_ = fmt::format("model.layers.{}.", layer);
}

void HfNames::ignore_multi_token(int64_t layer) {
  while (contains_(fmt::format("model.layers.{}.eh_proj.weight", layer))) {
    map_.ignored_prefixes.push_back(fmt::format("model.layers.{}.", layer));
    ++layer;
  }
}

bool HfNames::has(std::string_view theirs) const {
  return contains_(fmt::format("{}{}", theirs_, theirs));
}

void HfNames::same(std::string_view ours, std::string_view theirs) {
  map_.weights.push_back(
      {fmt::format("{}{}", ours_, ours), {{.hf_name = fmt::format("{}{}", theirs_, theirs)}}});
}

void HfNames::norms(std::string_view attention, std::string_view feed_forward) {
  same("attention_norm.weight", fmt::format("{}.weight", attention));
  same("feed_forward_norm.weight", fmt::format("{}.weight", feed_forward));
}

void HfNames::rows(std::string_view ours,
                   const std::vector<std::pair<std::string, int64_t>>& theirs_and_rows) {
  HfWeight weight{fmt::format("{}{}", ours_, ours), {}};
  int64_t begin = 0;
  for (const auto& [theirs, num_rows] : theirs_and_rows) {
    weight.pieces.push_back(
        {.hf_name = theirs_ + theirs, .row_begin = begin, .num_rows = num_rows});
    begin += num_rows;
  }
  map_.weights.push_back(std::move(weight));
}

void HfNames::grouped_query(int64_t q_width, int64_t kv_width, bool qkv_bias) {
  for (const std::string end : {"weight", "bias"}) {
    if (end == "bias" && !qkv_bias) continue;
    rows("attention.qkv." + end, {{"self_attn.q_proj." + end, q_width},
                                  {"self_attn.k_proj." + end, kv_width},
                                  {"self_attn.v_proj." + end, kv_width}});
  }
  same("attention.out.weight", "self_attn.o_proj.weight");
}

void HfNames::gated_mlp(std::string_view ours, std::string_view theirs, int64_t d_ff) {
  rows(fmt::format("{}.gate_up.weight", ours), {{fmt::format("{}.gate_proj.weight", theirs), d_ff},
                                                {fmt::format("{}.up_proj.weight", theirs), d_ff}});
  same(fmt::format("{}.down.weight", ours), fmt::format("{}.down_proj.weight", theirs));
}

void HfNames::experts(std::string_view theirs, int64_t num_experts, int64_t d_expert,
                      const std::vector<std::string>& parts) {
  if (has(fmt::format("{}.gate_up_proj", theirs))) {
    same("feed_forward.gate_up", fmt::format("{}.gate_up_proj", theirs));
    same("feed_forward.down", fmt::format("{}.down_proj", theirs));
    return;
  }
  HfWeight gate_up{ours_ + "feed_forward.gate_up", {}};
  HfWeight down{ours_ + "feed_forward.down", {}};
  for (int64_t expert = 0; expert < num_experts; ++expert) {
    const auto name = [&](const std::string& part) {
      return fmt::format("{}{}.{}.{}.weight", theirs_, theirs, expert, part);
    };
    gate_up.pieces.push_back(
        {.hf_name = name(parts[0]), .expert = expert, .row_begin = 0, .num_rows = d_expert});
    gate_up.pieces.push_back(
        {.hf_name = name(parts[1]), .expert = expert, .row_begin = d_expert, .num_rows = d_expert});
    down.pieces.push_back({.hf_name = name(parts[2]), .expert = expert});
  }
  map_.weights.push_back(std::move(gate_up));
  map_.weights.push_back(std::move(down));
}

void HfNames::interleaved_experts(std::string_view theirs, int64_t d_expert) {
  const auto gate_up = [&](const std::string& ours, const std::string& end, bool transposed) {
    HfWeight weight{ours_ + ours, {}};
    for (const int64_t part : {0, 1}) {
      weight.pieces.push_back({.hf_name = fmt::format("{}{}.gate_up_proj{}", theirs_, theirs, end),
                               .transposed = transposed,
                               .row_dim = 1,
                               .row_begin = part * d_expert,
                               .num_rows = d_expert,
                               .source_begin = part,
                               .source_step = 2});
    }
    map_.weights.push_back(std::move(weight));
  };
  gate_up("feed_forward.gate_up", "", true);
  gate_up("feed_forward.gate_up_bias", "_bias", false);
  map_.weights.push_back(
      {ours_ + "feed_forward.down",
       {{.hf_name = fmt::format("{}{}.down_proj", theirs_, theirs), .transposed = true}}});
  same("feed_forward.down_bias", fmt::format("{}.down_proj_bias", theirs));
}

}  // namespace assay
