#include "train/model_tensors.h"

#include <ATen/ATen.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "error/error.h"
#include "models/layers/embedding.h"

namespace assay {
namespace {

/// Throws: DataError that names all parameters of which numbers were lost.
void require_none_lost(const NamedTensors& parameters, const std::vector<at::Tensor>& num_lost) {
  if (num_lost.empty()) return;
  const at::Tensor counts = at::stack(num_lost).cpu();
  std::vector<std::string> found;
  for (size_t i = 0; i < parameters.size(); ++i) {
    const auto lost = counts[static_cast<int64_t>(i)].item<int64_t>();
    if (lost == 0) continue;
    found.push_back(fmt::format("{} in {} of {} numbers", parameters[i].first, lost,
                                parameters[i].second.numel()));
  }
  if (found.empty()) return;
  throw DataError(fmt::format("[train] {} weights are too large for bf16: {}", found.size(),
                              fmt::join(found, ", ")));
}

}  // namespace

at::ScalarType weight_type(Precision precision) {
  return precision == Precision::kFp32 ? at::kFloat : at::kBFloat16;
}

void place_model(torch::nn::Module& module, at::Device device, Precision precision) {
  module.to(device);
  if (precision == Precision::kFp32) return;
  const NamedTensors parameters = named_parameters(module);
  std::vector<at::Tensor> num_lost;
  for (const auto& [name, parameter] : parameters) {
    at::Tensor handle = parameter;  // set_data changes what every holder of the handle sees
    const at::Tensor narrow = parameter.detach().to(weight_type(precision));
    num_lost.push_back(parameter.detach().isfinite().logical_and(narrow.isinf()).sum());
    handle.set_data(narrow);
  }
  require_none_lost(parameters, num_lost);
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

std::set<std::string> embedding_names(const torch::nn::Module& module) {
  std::set<std::string> names;
  for (const auto& item : module.named_modules()) {
    if (item.value()->as<models::EmbeddingImpl>() != nullptr) names.insert(item.key() + ".weight");
  }
  return names;
}

NamedTensors named_tensors(const torch::nn::Module& module) {
  NamedTensors list = named_parameters(module);
  for (const auto& item : module.named_buffers()) list.emplace_back(item.key(), item.value());
  return list;
}

}  // namespace assay
