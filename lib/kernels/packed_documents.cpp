#include "kernels/packed_documents.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace assay::kernels {

PackedDocuments packed_documents(std::span<const int64_t> lengths, at::Device device) {
  std::vector<int32_t> begins(lengths.size() + 1, 0);
  std::transform_inclusive_scan(lengths.begin(), lengths.end(), begins.begin() + 1, std::plus<>(),
                                [](int64_t length) { return static_cast<int32_t>(length); });
  return {.begins = brought_to(at::tensor(at::ArrayRef<int32_t>(begins), at::kInt), device),
          .longest = lengths.empty() ? 0 : *std::ranges::max_element(lengths)};
}

at::Tensor brought_to(const at::Tensor& tensor, at::Device device) {
  if (tensor.device() == device) return tensor;
  return (device.is_cuda() ? tensor.pin_memory() : tensor).to(device, /*non_blocking=*/true);
}

}  // namespace assay::kernels
