#pragma once

#include "data/batch.h"
#include "models/language_model.h"

namespace assay::models {

/// Logits hidden x weight^T and their loss against the batch's targets. hidden [B x T, D], weight
/// [V, D]. Fills loss_sum and num_targets; the loss is computed in fp32.
LmOutput lm_loss(const at::Tensor& hidden, const at::Tensor& weight, const Batch& batch);

/// Logits fp32 [B, T, V].
at::Tensor lm_logits(const at::Tensor& hidden, const at::Tensor& weight, int64_t batch,
                     int64_t seq_len);

}  // namespace assay::models
