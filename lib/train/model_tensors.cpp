#include "train/model_tensors.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace assay {

void place_model(torch::nn::Module& module, at::Device device, Precision precision) {
  module.to(device);
  if (precision == Precision::kFp32) return;
  for (const auto& [name, parameter] : named_parameters(module)) {
    at::Tensor handle = parameter;  // set_data changes what every holder of the handle sees
    handle.set_data(parameter.detach().to(at::kBFloat16));
  }
}

NamedTensors named_parameters(const torch::nn::Module& module) {
  NamedTensors list;
  for (const auto& item : module.named_parameters()) {
    const bool seen = std::any_of(list.begin(), list.end(), [&](const NamedTensor& known) {
      return known.second.is_same(item.value());
    });
    if (!seen) list.emplace_back(item.key(), item.value());
  }
  return list;
}

NamedTensors named_tensors(const torch::nn::Module& module) {
  NamedTensors list = named_parameters(module);
  for (const auto& item : module.named_buffers()) list.emplace_back(item.key(), item.value());
  return list;
}

}  // namespace assay
