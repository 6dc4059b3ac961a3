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

/// A decoder of two blocks with the family's own keys.
inline std::string decoder_toml(const std::string& family, const std::string& own,
                                int64_t d_head = 16) {
  return "family = \"" + family + "\"\nd_head = " + std::to_string(d_head) + R"(
num_layers = 2
d_model = 64
num_heads = 4
num_kv_heads = 2
vocab_size = 97
max_seq_len = 48
)" + own;
}

/// A DeepSeek of one dense block and two mixtures.
inline std::string deepseek_toml(const std::string& own) {
  return R"(family = "deepseek"
num_layers = 3
num_dense_layers = 1
d_model = 64
num_heads = 4
d_ff = 96
num_experts = 8
num_shared_experts = 2
top_k = 2
d_expert = 24
vocab_size = 97
max_seq_len = 48
init_std = 0.02
)" + own;
}

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
aux_loss_weight = 0)"},
      {"llama", decoder_toml("llama", "d_ff = 128")},
      {"llama, tied and stretched", decoder_toml("llama", R"(d_ff = 96
tie_embeddings = true
[rope_scaling]
type = "llama3"
factor = 8
original_max_seq_len = 16
low_freq_factor = 1
high_freq_factor = 4)")},
      {"qwen2", decoder_toml("qwen2", "d_ff = 128")},
      {"qwen3, heads wider than the stream", decoder_toml("qwen3", "d_ff = 128", 32)},
      {"olmo2", decoder_toml("olmo2", "d_ff = 128")},
      {"mixtral", decoder_toml("mixtral", "num_experts = 4\ntop_k = 2\nd_expert = 48")},
      {"qwen3_moe", decoder_toml("qwen3_moe", "num_experts = 8\ntop_k = 2\nd_expert = 24", 32)},
      {"glm4_moe", decoder_toml("glm4_moe", R"(num_dense_layers = 1
d_ff = 96
num_experts = 8
num_shared_experts = 1
top_k = 2
d_expert = 24
qk_norm = true
routed_scale = 1.5)")},
      {"gpt_oss, with a window longer than the test's sequences",
       decoder_toml("gpt_oss", R"(num_experts = 6
top_k = 2
d_expert = 24
window = 32)")},
      {"deepseek like MoE-16B", deepseek_toml("multi_head = { num_kv_heads = 4, d_head = 16 }")},
      {"deepseek like V2",
       deepseek_toml(
           R"(latent = { q_lora_rank = 32, kv_lora_rank = 16, d_nope = 16, d_rope = 8, d_v = 12 }
router = { num_groups = 4, top_groups = 2, routed_scale = 2, sequence_balance_weight = 0.01 }
[rope_scaling]
type = "yarn"
factor = 4
original_max_seq_len = 16
beta_fast = 32
beta_slow = 1
mscale = 0.707
mscale_all_dim = 0.707)")},
      {"deepseek like V3",
       deepseek_toml(R"(latent = { kv_lora_rank = 16, d_nope = 16, d_rope = 8, d_v = 16 }
[router]
scoring = "sigmoid"
selection_bias = true
num_groups = 4
top_groups = 2
renormalize = true
routed_scale = 2.5
sequence_balance_weight = 0.0001)")}};
  return kModels;
}

/// One that predicts further tokens: its aux_loss is a cross-entropy, without which some weights
/// have no gradient.
inline SmallModel multi_token_model() {
  return {"deepseek like V3 with multi-token prediction",
          deepseek_toml(R"(latent = { kv_lora_rank = 16, d_nope = 16, d_rope = 8, d_v = 16 }
multi_token = { depth = 2 }
[router]
scoring = "sigmoid"
selection_bias = true
renormalize = true)")};
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

/// Layers with experts, by the routers that a token meets.
inline int64_t num_mixture_layers(const ModelSpec& spec) {
  int64_t count = 0;
  for (const MatrixProduct& product : spec.products) {
    if (product.kind == LayerKind::kRouter) count += static_cast<int64_t>(product.per_token);
  }
  return count;
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
