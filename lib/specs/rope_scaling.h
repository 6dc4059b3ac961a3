#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/field_parser.h"

namespace assay {

/// How rotary positions are stretched beyond the context that a model was trained at. It changes no
/// parameter and no FLOP count. Names as in Hugging Face's `rope_scaling`.
struct RopeScaling {
  std::string type;  ///< "llama3" or "yarn"
  double factor = 1;
  int64_t original_max_seq_len = 0;
  std::optional<double> low_freq_factor;   ///< llama3
  std::optional<double> high_freq_factor;  ///< llama3
  std::optional<double> beta_fast;         ///< yarn
  std::optional<double> beta_slow;         ///< yarn
  std::optional<double> mscale;            ///< yarn
  std::optional<double> mscale_all_dim;    ///< yarn
  std::optional<double> attention_factor;  ///< yarn, instead of what follows from factor and mscale
  bool truncate = true;                    ///< yarn: the ramp's ends are whole dimensions

  template <class V>
  void fields(V& visit) {
    visit("type", type, "method", required(), one_of({"llama3", "yarn"}));
    visit("factor", factor, "stretch of the context", required(), at_least(1));
    visit("original_max_seq_len", original_max_seq_len, "context before the stretch", required(),
          at_least(1));
    visit("low_freq_factor", low_freq_factor, "llama3: wavelengths above it are stretched in full",
          above(0));
    visit("high_freq_factor", high_freq_factor, "llama3: wavelengths below it stay", above(0));
    visit("beta_fast", beta_fast, "yarn: rotations below which a dimension is mixed", above(0));
    visit("beta_slow", beta_slow, "yarn: rotations below which a dimension is stretched", above(0));
    visit("mscale", mscale, "yarn: factor of the attention scale", at_least(0));
    visit("mscale_all_dim", mscale_all_dim, "yarn: the same for all dimensions", at_least(0));
    visit("attention_factor", attention_factor, "yarn: factor of cosine and sine", above(0));
    visit("truncate", truncate, "yarn: the ramp's ends are whole dimensions");
  }
  /// Throws: the document's kind of error where a figure of the method is missing or belongs to the
  /// other one.
  void validate(const FieldPlaces& at) const;
};

}  // namespace assay
