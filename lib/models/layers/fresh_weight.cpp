#include "models/layers/fresh_weight.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>

namespace assay::models {
namespace {

/// As LibTorch keeps its grad mode: every layer's constructor would have to hand it on otherwise.
at::Device& construction_device() {
  thread_local at::Device device(at::kCPU);
  return device;
}

at::TensorOptions fresh_options() {
  return at::TensorOptions(construction_device()).dtype(at::kFloat);
}

}  // namespace

ConstructionDeviceGuard::ConstructionDeviceGuard(at::Device device)
    : before_(construction_device()) {
  construction_device() = device;
}

ConstructionDeviceGuard::~ConstructionDeviceGuard() { construction_device() = before_; }

at::Tensor fresh_weight(at::IntArrayRef shape) { return at::empty(shape, fresh_options()); }

at::Tensor fresh_weight(at::IntArrayRef shape, double value) {
  return at::full(shape, value, fresh_options());
}

}  // namespace assay::models
