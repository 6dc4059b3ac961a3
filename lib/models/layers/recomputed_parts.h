#pragma once

#include <functional>
#include <vector>

#include "models/layers/feed_forward.h"
#include "models/layers/sequence_context.h"

/// The two parts of a block that SequenceContext::recompute is about. Their modules must outlive
/// the backward pass, and the functions hold by value what else they read.
namespace assay::models {

using AttentionCore = std::function<at::Tensor(const std::vector<at::Tensor>& projected)>;
using BlockBody = std::function<FeedForwardOutput(const at::Tensor& x)>;

/// What lies between the projections into attention and the one out of it: norms and rotation of
/// queries and keys, scores and sums. Computed again under Recompute::kAttention.
at::Tensor run_attention_core(const SequenceContext& context, const AttentionCore& core,
                              const std::vector<at::Tensor>& projected);

/// A whole block on x [B x T, D]. Computed again under Recompute::kFull.
FeedForwardOutput run_block(const SequenceContext& context, const BlockBody& body,
                            const at::Tensor& x);

}  // namespace assay::models
