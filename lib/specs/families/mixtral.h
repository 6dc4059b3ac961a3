#pragma once

#include <cstdint>
#include <string_view>

#include "specs/decoder_sizes.h"
#include "specs/expert_dispatch.h"
#include "specs/model_spec.h"

namespace assay {

/// Mixtral: Llama with a mixture of SwiGLU experts in every layer; the weights of the chosen
/// experts are the softmax over their logits alone. Source: Jiang et al. 2024, arXiv 2401.04088;
/// huggingface transformers `MixtralConfig`.
struct MixtralConfig : DecoderSizes {
  static constexpr std::string_view kFamily = "mixtral";

  int64_t num_experts = 0;
  int64_t top_k = 0;
  int64_t d_expert = 0;
  double aux_loss_weight = 0.001;
  bool hf_compat = false;
  ExpertDispatch dispatch;

  template <class V>
  void fields(V& visit) {
    DecoderSizes::fields(visit);
    visit("num_experts", num_experts, "experts of a layer", required(), specs::expert_count());
    visit("top_k", top_k, "experts that a token goes to", required(), specs::expert_count());
    visit("d_expert", d_expert, "width of an expert's SwiGLU MLP", required(), specs::width());
    visit("aux_loss_weight", aux_loss_weight, "weight of the load-balancing loss", at_least(0));
    visit("hf_compat", hf_compat,
          "the balance loss over all layers' choices, as transformers has it");
    visit("dispatch", dispatch, "how tokens reach their experts");
  }
  void validate(const FieldPlaces& at) const;
};

/// Throws: ConfigError where the config breaks a rule of its fields.
ModelSpec make_spec(const MixtralConfig& config);

}  // namespace assay
