#pragma once

#include "data/batch.h"
#include "models/language_model.h"
#include "models/layers/sequence_context.h"

namespace assay::models {

/// Logits hidden x weight^T and their loss against the batch's targets. hidden [B x T, D], weight
/// [V, D]. Fills loss_sum and num_targets; the loss is computed in fp32. Of many tokens the logits
/// are made in shares (kernels/linear_cross_entropy.h): then the products of the head's backward
/// pass and the loss are part of its forward time.
LmOutput lm_loss(const at::Tensor& hidden, const at::Tensor& weight, const Batch& batch);

/// Logits fp32 [B, T, V] of a decoding pass; [B, 1, V] where its state wants the last ones only.
at::Tensor lm_logits(const at::Tensor& hidden, const at::Tensor& weight,
                     const SequenceContext& context);

}  // namespace assay::models
