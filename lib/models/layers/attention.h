#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "models/layers/sequence_context.h"

namespace assay::models {

/// Queries, keys and values of one pass: [B, T, heads, d], fewer heads of keys and values where
/// queries share them.
struct AttentionInputs {
  at::Tensor queries;
  at::Tensor keys;
  at::Tensor values;  ///< its heads may be of another width; undefined: the keys are the values
  std::optional<double> scale = std::nullopt;    ///< of the scores; 1 / sqrt(d) where absent
  std::optional<int64_t> window = std::nullopt;  ///< last keys that a query sees, its own included
  at::Tensor sinks = {};  ///< [heads] or undefined: a logit that takes a share of each softmax
};

/// softmax(scale x q k^T) v under the context's mask: [B x T, heads x d_v] in the queries' dtype.
/// With a decode state the keys and values of layer `layer` are appended to it, without repetition,
/// and all of them are looked at. Source: Vaswani et al. 2017, equation 1; grouped heads: Ainslie
/// et al. 2023.
at::Tensor attention(const AttentionInputs& inputs, const SequenceContext& context, int64_t layer);

}  // namespace assay::models
