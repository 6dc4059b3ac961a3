#pragma once

#include <cstdint>
#include <string_view>

#include "specs/decoder_sizes.h"
#include "specs/expert_dispatch.h"
#include "specs/model_spec.h"

namespace assay {

/// GLM-4.5: grouped-query attention with biases on queries, keys and values, rotary positions on a
/// share of each head, RMSNorm on each head of queries and keys where `qk_norm`; first layers
/// dense, then mixtures with DeepSeek-V3's router (sigmoid, a bias on the choice) and shared
/// experts. Multi-token prediction is outside of this spec. Source: GLM-4.5 team 2025, arXiv
/// 2508.06471; huggingface transformers `Glm4MoeConfig`.
struct Glm4MoeConfig : DecoderSizes {
  static constexpr std::string_view kFamily = "glm4_moe";

  int64_t num_dense_layers = 0;
  int64_t d_ff = 0;
  int64_t num_experts = 0;
  int64_t num_shared_experts = 0;
  int64_t top_k = 0;
  int64_t d_expert = 0;
  bool qkv_bias = true;
  bool qk_norm = false;
  double rotary_share = 0.5;
  int64_t num_groups = 1;
  int64_t top_groups = 1;
  bool renormalize = true;
  double routed_scale = 1;
  double bias_speed = 0.001;           ///< step of the selection bias after each optimizer step
  double sequence_balance_weight = 0;  ///< of the balance loss within each sequence
  ExpertDispatch dispatch;

  template <class V>
  void fields(V& visit) {
    DecoderSizes::fields(visit);
    visit("num_dense_layers", num_dense_layers, "first blocks with one MLP", required(),
          between(0, 4096));
    visit("d_ff", d_ff, "width of the MLP of the dense blocks", required(), specs::width());
    visit("num_experts", num_experts, "routed experts of a layer", required(),
          specs::expert_count());
    visit("num_shared_experts", num_shared_experts, "experts that every token goes to", required(),
          between(0, 4096));
    visit("top_k", top_k, "routed experts that a token goes to", required(), specs::expert_count());
    visit("d_expert", d_expert, "width of an expert's SwiGLU MLP", required(), specs::width());
    visit("qkv_bias", qkv_bias, "biases on queries, keys and values");
    visit("qk_norm", qk_norm, "RMSNorm on each head of queries and keys");
    visit("rotary_share", rotary_share, "share of a head with rotary positions", above(0),
          at_most(1));
    visit("num_groups", num_groups, "groups of experts", specs::expert_count());
    visit("top_groups", top_groups, "groups that a token may choose from", specs::expert_count());
    visit("renormalize", renormalize, "make the chosen experts' weights sum to 1");
    visit("routed_scale", routed_scale, "factor of the routed experts' sum", above(0));
    visit("bias_speed", bias_speed, "step of the selection bias towards an even load", at_least(0));
    visit("sequence_balance_weight", sequence_balance_weight,
          "weight of the balance loss within each sequence", at_least(0));
    visit("dispatch", dispatch, "how tokens reach their experts");
  }
  void validate(const FieldPlaces& at) const;
};

/// Throws: ConfigError where the config breaks a rule of its fields.
ModelSpec make_spec(const Glm4MoeConfig& config);

}  // namespace assay
