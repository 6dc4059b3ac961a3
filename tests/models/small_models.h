#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "models/model_family.h"
#include "specs/family.h"

// The small models, with random weights, on which every promise of a family is tested.
namespace assay {

struct SmallModel {
  std::string name;
  std::string toml;
};

inline const std::vector<SmallModel>& small_models() {
  static const std::vector<SmallModel> kModels{
      {"gpt2", R"(family = "gpt2"
num_layers = 2
d_model = 64
num_heads = 4
d_ff = 160
vocab_size = 97
max_seq_len = 48)"},
      {"gpt2 without biases", R"(family = "gpt2"
num_layers = 3
d_model = 32
num_heads = 2
d_ff = 128
vocab_size = 65
max_seq_len = 40
bias = false)"},
      {"olmoe", R"(family = "olmoe"
num_layers = 2
d_model = 64
num_heads = 4
num_kv_heads = 4
num_experts = 8
top_k = 2
d_expert = 48
vocab_size = 97
max_seq_len = 48)"},
      {"olmoe with shared key heads, tied and renormalised", R"(family = "olmoe"
num_layers = 3
d_model = 32
num_heads = 4
num_kv_heads = 2
num_experts = 5
top_k = 3
d_expert = 16
vocab_size = 65
max_seq_len = 40
tie_embeddings = true
renormalize = true
aux_loss_weight = 0)"}};
  return kModels;
}

inline TomlTable table_of(const SmallModel& model) {
  return read_toml(model.toml, {.name = model.name});
}

inline std::shared_ptr<LanguageModel> make(const SmallModel& model, uint64_t seed = 7) {
  return make_model(table_of(model), seed);
}

inline ModelSpec spec_of(const SmallModel& model) {
  return spec_from_table(table_of(model), model.name);
}

inline Batch random_batch(const ModelSpec& spec, int64_t batch, int64_t seq_len,
                          uint64_t seed = 1) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  const at::Tensor tokens =
      at::randint(0, spec.vocab_size, {batch, seq_len + 1}, generator, at::kLong);
  return {.tokens = tokens.slice(1, 0, seq_len).contiguous(),
          .targets = tokens.slice(1, 1, seq_len + 1).contiguous()};
}

/// Logits of whole sequences, through the decode path with nothing held.
inline at::Tensor logits_of(LanguageModel& model, const at::Tensor& tokens) {
  const at::NoGradGuard no_grad;
  DecodeState state;
  return model.decode(tokens, state);
}

/// Gives all weights a scale at which differences show.
inline void spread_weights(LanguageModel& model) {
  const at::NoGradGuard no_grad;
  for (at::Tensor& parameter : model.parameters()) {
    if (parameter.dim() > 1) parameter.mul_(6);
  }
}

inline double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

}  // namespace assay
