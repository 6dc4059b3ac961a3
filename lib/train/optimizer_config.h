#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "config/config.h"

namespace assay {

/// What AdamW's two moments are kept in.
enum class MomentDtype { kFp32, kBf16, k8bit };

template <>
struct EnumNames<MomentDtype> {
  static constexpr std::array kValues{std::pair{std::string_view("fp32"), MomentDtype::kFp32},
                                      std::pair{std::string_view("bf16"), MomentDtype::kBf16},
                                      std::pair{std::string_view("8bit"), MomentDtype::k8bit}};
};

constexpr std::string_view to_string(MomentDtype moments) {
  for (const auto& [name, value] : EnumNames<MomentDtype>::kValues) {
    if (value == moments) return name;
  }
  return "unknown";
}

/// AdamW's constants and what it keeps. Parameters of two or more dimensions decay, vectors do not.
struct OptimizerConfig {
  double beta1 = 0.9;
  double beta2 = 0.95;
  double epsilon = 1e-8;
  double weight_decay = 0.1;
  double grad_clip = 1.0;
  MomentDtype moments = MomentDtype::kFp32;
  bool master_weights = true;

  template <class V>
  void fields(V& visit) {
    visit("beta1", beta1, "decay of the first moment", between(0, 0.999999));
    visit("beta2", beta2, "decay of the second moment", between(0, 0.999999999));
    visit("epsilon", epsilon, "added to the root of the second moment", above(0));
    visit("weight_decay", weight_decay, "decoupled decay of matrices", at_least(0));
    visit("grad_clip", grad_clip, "largest global gradient norm; 0: no clipping", at_least(0));
    visit("moments", moments,
          "what both moments are kept in; bf16 takes half the memory and is rounded at random; "
          "8bit a quarter, in blocks of 256 numbers, but for embeddings and small tensors");
    visit("master_weights", master_weights,
          "keep fp32 weights beside bf16 ones; false: bf16 weights alone, rounded at random");
  }
};

}  // namespace assay
