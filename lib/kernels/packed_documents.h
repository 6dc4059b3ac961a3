#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace assay::kernels {

/// Documents that fill the sequences of a batch, one sequence after the other, as a kernel for
/// lengths that vary takes them.
struct PackedDocuments {
  at::Tensor begins;    ///< int32 [documents + 1]: the token at which each begins, and the end
  int64_t longest = 0;  ///< tokens; the host knows it, so that no kernel waits for the device
};

/// Of documents of `lengths` tokens, on `device`; waits for nothing.
PackedDocuments packed_documents(std::span<const int64_t> lengths, at::Device device);

/// A tensor of the host on `device`, by pinned memory where that is a GPU; waits for nothing.
at::Tensor brought_to(const at::Tensor& tensor, at::Device device);

}  // namespace assay::kernels
