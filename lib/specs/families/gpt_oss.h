#pragma once

#include <cstdint>
#include <string_view>

#include "specs/decoder_sizes.h"
#include "specs/expert_dispatch.h"
#include "specs/model_spec.h"

namespace assay {

/// gpt-oss: attention with a learned sink for each head, every other layer (the first, the third …)
/// with a window; a mixture in every layer behind a router with bias, softmax over the chosen
/// logits; experts with biases and a clamped SwiGLU. Biases on all projections of attention.
/// Source: OpenAI 2025, openai/gpt-oss `gpt_oss/torch/model.py`; transformers `GptOssConfig`.
struct GptOssConfig : DecoderSizes {
  static constexpr std::string_view kFamily = "gpt_oss";

  int64_t num_experts = 0;
  int64_t top_k = 0;
  int64_t d_expert = 0;
  int64_t window = 128;
  double swiglu_limit = 7;
  double aux_loss_weight = 0.9;
  bool hf_compat = false;
  ExpertDispatch dispatch;

  template <class V>
  void fields(V& visit) {
    DecoderSizes::fields(visit);
    visit("num_experts", num_experts, "experts of a layer", required(), specs::expert_count());
    visit("top_k", top_k, "experts that a token goes to", required(), specs::expert_count());
    visit("d_expert", d_expert, "width of an expert's SwiGLU MLP", required(), specs::width());
    visit("window", window, "keys that a query of the first, third … layer sees", specs::context());
    visit("swiglu_limit", swiglu_limit, "bound of gate and up before the activation", above(0));
    visit("aux_loss_weight", aux_loss_weight, "weight of the load-balancing loss", at_least(0));
    visit("hf_compat", hf_compat,
          "the balance loss over all layers' choices, as transformers has it");
    visit("dispatch", dispatch, "how tokens reach their experts");
  }
  void validate(const FieldPlaces& at) const;
};

/// Throws: ConfigError where the config breaks a rule of its fields.
ModelSpec make_spec(const GptOssConfig& config);

}  // namespace assay
