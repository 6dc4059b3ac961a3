#pragma once

#include <ATen/core/Tensor.h>

namespace assay::models {

/// While one lives, layers made by this thread have their weights on `device`. A model made on the
/// meta device has names and shapes and no memory: 671B parameters are a matter of milliseconds.
/// One made on a GPU is for timing: see fill_normal.
class ConstructionDeviceGuard {
 public:
  explicit ConstructionDeviceGuard(at::Device device);
  ~ConstructionDeviceGuard();
  ConstructionDeviceGuard(const ConstructionDeviceGuard&) = delete;
  ConstructionDeviceGuard& operator=(const ConstructionDeviceGuard&) = delete;

 private:
  at::Device before_;
};

/// An fp32 weight of a layer under construction, for its owner to fill. On the CPU, or where a
/// ConstructionDeviceGuard says.
at::Tensor fresh_weight(at::IntArrayRef shape);
/// The same, filled: biases start at 0, weights of norms at 1.
at::Tensor fresh_weight(at::IntArrayRef shape, double value);

}  // namespace assay::models
