#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

namespace assay {

/// One micro-batch. B sequences of T tokens; targets are the tokens one place later.
struct Batch {
  at::Tensor tokens;                       ///< int64 [B, T]
  at::Tensor targets;                      ///< int64 [B, T]; negative targets do not count
  std::optional<at::Tensor> loss_weight;   ///< fp32 [B, T]
  std::optional<at::Tensor> document_ids;  ///< int64 [B, T], best on the CPU; a run is a document
};

}  // namespace assay
