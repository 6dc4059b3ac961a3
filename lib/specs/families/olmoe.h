#pragma once

#include <cstdint>
#include <string_view>

#include "config/config.h"
#include "specs/expert_dispatch.h"
#include "specs/model_spec.h"
#include "specs/shape_limits.h"

namespace assay {

/// OLMoE: every layer a mixture of SwiGLU experts behind a softmax router (softmax over all experts
/// in fp32, then top-k, not renormalised unless `renormalize`), rotary positions, RMSNorm before
/// each sublayer and over the whole projected width of queries and keys, no biases, no shared
/// experts. Source: Muennighoff et al. 2024; huggingface transformers `OlmoeConfig`.
struct OlmoeConfig {
  static constexpr std::string_view kFamily = "olmoe";

  int64_t num_layers = 0;
  int64_t d_model = 0;
  int64_t num_heads = 0;
  int64_t num_kv_heads = 0;
  int64_t num_experts = 0;
  int64_t top_k = 0;
  int64_t d_expert = 0;
  int64_t vocab_size = 0;
  int64_t max_seq_len = 0;
  bool tie_embeddings = false;
  bool renormalize = false;
  double aux_loss_weight = 0.01;
  bool hf_compat = false;
  ExpertDispatch dispatch;
  double z_loss_weight = 0.001;
  double rope_theta = 10000;
  double norm_eps = 1e-5;
  double init_std = 0.02;

  template <class V>
  void fields(V& visit) {
    visit("num_layers", num_layers, "transformer blocks", required(), specs::layer_count());
    visit("d_model", d_model, "width of the residual stream", required(), specs::width());
    visit("num_heads", num_heads, "query heads", required(), specs::head_count());
    visit("num_kv_heads", num_kv_heads, "key and value heads", required(), specs::head_count());
    visit("num_experts", num_experts, "routed experts of a layer", required(),
          specs::expert_count());
    visit("top_k", top_k, "experts that a token goes to", required(), specs::expert_count());
    visit("d_expert", d_expert, "width of an expert's SwiGLU MLP", required(), specs::width());
    visit("vocab_size", vocab_size, "rows of the embedding", required(), specs::vocabulary());
    visit("max_seq_len", max_seq_len, "longest context", required(), specs::context());
    visit("tie_embeddings", tie_embeddings, "head shares the embedding's weight");
    visit("renormalize", renormalize, "make the chosen experts' weights sum to 1");
    visit("aux_loss_weight", aux_loss_weight, "weight of the load-balancing loss", at_least(0));
    visit("hf_compat", hf_compat,
          "the balance loss over all layers' choices, as transformers has it");
    visit("dispatch", dispatch, "how tokens reach their experts");
    visit("z_loss_weight", z_loss_weight, "weight of the router's z-loss", at_least(0));
    visit("rope_theta", rope_theta, "base of the rotary frequencies", above(0));
    visit("norm_eps", norm_eps, "epsilon of RMSNorm", above(0));
    visit("init_std", init_std, "standard deviation of fresh weights", above(0));
  }
  void validate(const FieldPlaces& at) const;

  [[nodiscard]] int64_t d_head() const { return d_model / num_heads; }
};

/// Throws: ConfigError where the config breaks a rule of its fields.
ModelSpec make_spec(const OlmoeConfig& config);

}  // namespace assay
