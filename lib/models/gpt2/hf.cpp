#include "models/gpt2/hf.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace assay {
namespace {

/// Parts of a block: our name, theirs, and whether its weight is a Conv1D.
struct Part {
  const char* name;
  const char* hf_name;
  bool conv1d;
};
constexpr std::array<Part, 6> kParts{{{"ln_1", "ln_1", false},
                                      {"c_attn", "attn.c_attn", true},
                                      {"c_proj", "attn.c_proj", true},
                                      {"ln_2", "ln_2", false},
                                      {"mlp_c_fc", "mlp.c_fc", true},
                                      {"mlp_c_proj", "mlp.c_proj", true}}};

}  // namespace

HfWeightMap gpt2_hf_weights(const Gpt2Config& config, const HfContains& contains) {
  const std::string prefix = contains("wte.weight") ? "" : "transformer.";
  HfWeightMap map;
  map.ignored_suffixes = {".attn.bias", ".attn.masked_bias"};
  map.copies.push_back({.hf_name = "lm_head.weight", .of = prefix + "wte.weight"});
  const auto add = [&](const std::string& name, const std::string& hf_name, bool transposed) {
    map.weights.push_back({name, {{.hf_name = prefix + hf_name, .transposed = transposed}}});
  };
  add("wte.weight", "wte.weight", false);
  add("wpe.weight", "wpe.weight", false);
  for (int64_t layer = 0; layer < config.num_layers; ++layer) {
    for (const Part& part : kParts) {
      const std::string name = fmt::format("h_{}.{}", layer, part.name);
      const std::string hf_name = fmt::format("h.{}.{}", layer, part.hf_name);
      add(name + ".weight", hf_name + ".weight", part.conv1d);
      if (config.bias) add(name + ".bias", hf_name + ".bias", false);
    }
  }
  add("ln_f.weight", "ln_f.weight", false);
  if (config.bias) add("ln_f.bias", "ln_f.bias", false);
  return map;
}

}  // namespace assay
