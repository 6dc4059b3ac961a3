#include "train/late_tensor.h"

#include <ATen/ATen.h>

namespace assay {

at::Tensor copy_late(const at::Tensor& tensor) {
  if (!tensor.defined()) return {};
  if (tensor.is_cpu()) return tensor.detach().clone();
  const at::Tensor host =
      at::empty(tensor.sizes(), tensor.options().device(at::kCPU).pinned_memory(true));
  host.copy_(tensor.detach(), /*non_blocking=*/true);
  return host;
}

}  // namespace assay
