#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "kernels/packed_documents.h"

namespace assay::kernels {

/// Queries [B, H, T, d], keys [B, G, S, d] and values [B, G, S, d_v]; G divides H, and H / G heads
/// of queries next to each other share one of keys and values.
struct AttentionOperands {
  at::Tensor queries;
  at::Tensor keys;
  at::Tensor values;
  at::Tensor mask = {};  ///< bool [B or 1, 1, T, S], true: may look; undefined: all
  /// What the mask says, causal documents: a kernel may take these in its place.
  std::optional<PackedDocuments> documents = std::nullopt;
  bool causal = false;                         ///< with no mask: query t sees the keys up to t
  std::optional<double> scale = std::nullopt;  ///< 1 / sqrt(d) where absent
  bool training = false;  ///< of a training pass: kernel_paths() decides which kernel computes it
};

/// [B, G, S, d] to [B, num_heads, S, d]: each head as often as it is shared, without a copy where
/// there is one or nothing is shared.
at::Tensor repeat_heads(const at::Tensor& heads, int64_t num_heads);

/// softmax(scale q k^T) v: [B, H, T, d_v], by LibTorch's kernels. In training by the kernel that
/// the paths in use name, or the fastest of those that can for this shape, forward and backward,
/// with shared heads as they are or repeated, whichever is faster. Documents are computed by flash
/// attention for lengths that vary, no pair of two of them, or under the mask; which is timed with
/// the rest, for the documents that the shape was first met with. Throws: DeviceError where the
/// kernel that was asked for cannot compute this shape on this device.
/// Source: Vaswani et al. 2017, equation 1; grouped heads: Ainslie et al. 2023.
at::Tensor scaled_attention(const AttentionOperands& operands);

}  // namespace assay::kernels
