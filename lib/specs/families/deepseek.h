#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/config.h"
#include "specs/expert_dispatch.h"
#include "specs/model_spec.h"
#include "specs/rope_scaling.h"
#include "specs/shape_limits.h"

namespace assay {

/// Plain multi-head attention of DeepSeek-MoE.
struct MultiHeadAttention {
  int64_t num_kv_heads = 0;
  int64_t d_head = 0;

  template <class V>
  void fields(V& visit) {
    visit("num_kv_heads", num_kv_heads, "key and value heads", required(), specs::head_count());
    visit("d_head", d_head, "width of a head", required(), specs::head_width());
  }
};

/// Multi-head latent attention: keys and values (and queries, where q_lora_rank is given) go
/// through a narrow latent with its own RMSNorm; one rotary key is shared by the heads. Source:
/// DeepSeek-V2, arXiv 2405.04434, section 2.1.
struct LatentAttention {
  std::optional<int64_t> q_lora_rank;  ///< absent: queries come straight from the stream
  int64_t kv_lora_rank = 0;
  int64_t d_nope = 0;  ///< width of a query or key head without positions
  int64_t d_rope = 0;  ///< width with rotary positions
  int64_t d_v = 0;     ///< width of a value head

  template <class V>
  void fields(V& visit) {
    visit("q_lora_rank", q_lora_rank, "width of the queries' latent", specs::width());
    visit("kv_lora_rank", kv_lora_rank, "width of the latent of keys and values", required(),
          specs::width());
    visit("d_nope", d_nope, "head width without positions", required(), specs::head_width());
    visit("d_rope", d_rope, "head width with rotary positions", required(), specs::head_width());
    visit("d_v", d_v, "width of a value head", required(), specs::head_width());
  }
};

/// How tokens choose experts. It changes no FLOP count; only `selection_bias` adds parameters. V3
/// trained with bias_speed 0.001 (0 in its last 500B tokens) and sequence_balance_weight 0.0001
/// (arXiv 2412.19437, section 4.2).
struct DeepseekRouter {
  std::string scoring = "softmax";
  bool selection_bias = false;  ///< a bias per expert that acts on the choice alone (V3)
  int64_t num_groups = 1;
  int64_t top_groups = 1;
  bool renormalize = false;
  double routed_scale = 1;
  double bias_speed = 0.001;           ///< step of the selection bias after each optimizer step
  double sequence_balance_weight = 0;  ///< of the balance loss within each sequence

  template <class V>
  void fields(V& visit) {
    visit("scoring", scoring, "scores of the experts", one_of({"softmax", "sigmoid"}));
    visit("selection_bias", selection_bias, "a bias per expert that acts on the choice alone");
    visit("num_groups", num_groups, "groups of experts", specs::expert_count());
    visit("top_groups", top_groups, "groups that a token may choose from", specs::expert_count());
    visit("renormalize", renormalize, "make the chosen experts' weights sum to 1");
    visit("routed_scale", routed_scale, "factor of the routed experts' sum", above(0));
    visit("bias_speed", bias_speed, "step of the selection bias towards an even load", at_least(0));
    visit("sequence_balance_weight", sequence_balance_weight,
          "weight of the balance loss within each sequence", at_least(0));
  }
};

/// Multi-token prediction: `depth` further blocks, one after the other, each predict one token more
/// than the one before from its representation and the next token's embedding; embedding and head
/// are the model's own. Source: DeepSeek-V3, arXiv 2412.19437, section 2.2 (V3: depth 1, weight
/// 0.3, 0.1 in its last 4.8T tokens; section 4.2).
struct MultiTokenPrediction {
  int64_t depth = 1;
  double loss_weight = 0.3;

  template <class V>
  void fields(V& visit) {
    visit("depth", depth, "further tokens that are predicted", between(1, 16));
    visit("loss_weight", loss_weight, "weight of their mean cross-entropy", at_least(0));
  }
};

/// DeepSeek's mixtures: DeepSeek-MoE-16B (table `multi_head`), V2-Lite, V2 and V3 (table `latent`).
/// The first layers are dense; shared experts are one MLP of width num_shared_experts x d_expert.
/// Multi-token prediction (14B in V3's files) is outside of the published 671B; it is counted and
/// computed where the table `multi_token` asks for it.
/// Sources: arXiv 2401.06066, 2405.04434, 2412.19437; deepseek-ai/DeepSeek-V3 inference/configs.
struct DeepseekConfig {
  static constexpr std::string_view kFamily = "deepseek";

  int64_t num_layers = 0;
  int64_t num_dense_layers = 0;
  int64_t d_model = 0;
  int64_t num_heads = 0;
  int64_t d_ff = 0;
  int64_t num_experts = 0;
  int64_t num_shared_experts = 0;
  int64_t top_k = 0;
  int64_t d_expert = 0;
  int64_t vocab_size = 0;
  int64_t max_seq_len = 0;
  std::optional<MultiHeadAttention> multi_head;
  std::optional<LatentAttention> latent;
  DeepseekRouter router;
  ExpertDispatch dispatch;
  std::optional<MultiTokenPrediction> multi_token;
  double rope_theta = 10000;
  std::optional<RopeScaling> rope_scaling;
  double norm_eps = 1e-6;
  double init_std = 0.006;

  template <class V>
  void fields(V& visit) {
    visit("num_layers", num_layers, "transformer blocks", required(), specs::layer_count());
    visit("num_dense_layers", num_dense_layers, "first blocks with one MLP", required(),
          between(0, 4096));
    visit("d_model", d_model, "width of the residual stream", required(), specs::width());
    visit("num_heads", num_heads, "query heads", required(), specs::head_count());
    visit("d_ff", d_ff, "width of the MLP of the dense blocks", required(), specs::width());
    visit("num_experts", num_experts, "routed experts of a layer", required(),
          specs::expert_count());
    visit("num_shared_experts", num_shared_experts, "experts that every token goes to", required(),
          between(0, 4096));
    visit("top_k", top_k, "routed experts that a token goes to", required(), specs::expert_count());
    visit("d_expert", d_expert, "width of an expert's SwiGLU MLP", required(), specs::width());
    visit("vocab_size", vocab_size, "rows of the embedding", required(), specs::vocabulary());
    visit("max_seq_len", max_seq_len, "longest context", required(), specs::context());
    visit("multi_head", multi_head, "plain attention");
    visit("latent", latent, "multi-head latent attention");
    visit("router", router, "choice of experts");
    visit("dispatch", dispatch, "how tokens reach their experts");
    visit("multi_token", multi_token, "multi-token prediction");
    visit("rope_theta", rope_theta, "base of the rotary frequencies", above(0));
    visit("rope_scaling", rope_scaling, "stretch of rotary positions");
    visit("norm_eps", norm_eps, "epsilon of RMSNorm", above(0));
    visit("init_std", init_std, "standard deviation of fresh weights", above(0));
  }
  void validate(const FieldPlaces& at) const;

  /// Blocks of multi-token prediction, 0 without it.
  [[nodiscard]] int64_t num_multi_token() const { return multi_token ? multi_token->depth : 0; }
};

/// Throws: ConfigError where the config breaks a rule of its fields.
ModelSpec make_spec(const DeepseekConfig& config);

}  // namespace assay
