#pragma once

#include <ATen/core/Tensor.h>

#include "models/layers/sequence_context.h"

namespace assay::models {

/// Queries, keys and values of one pass: [B, T, heads, d], fewer heads of keys and values where
/// queries share them.
struct AttentionInputs {
  at::Tensor queries;
  at::Tensor keys;
  at::Tensor values;
};

/// softmax(q k^T / sqrt(d)) v under the context's mask: [B x T, heads x d] in the queries' dtype.
/// With a decode state the keys and values of layer `layer` are appended to it and all of them are
/// looked at. Source: Vaswani et al. 2017, equation 1; grouped heads: Ainslie et al. 2023.
at::Tensor attention(const AttentionInputs& inputs, const SequenceContext& context, int64_t layer);

}  // namespace assay::models
