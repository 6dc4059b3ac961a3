#include "plan/parallel_layout.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "plan/roofline.h"
#include "specs/expert_parameters.h"

namespace assay {
namespace {

constexpr double kWorkingBytes = 4;     // a weight and its gradient in bf16
constexpr double kOptimizerBytes = 12;  // master weight and two moments in fp32
constexpr double kInputBytes = 2;       // what recomputation keeps: the input of a layer
constexpr double kLogitAndGradient = 8;

std::vector<int64_t> divisors(int64_t number, int64_t most) {
  std::vector<int64_t> found;
  for (int64_t d = 1; d <= std::min(number, most); ++d) {
    if (number % d == 0) found.push_back(d);
  }
  return found;
}

std::vector<ParallelLayout> candidates(const ModelSpec& spec, const LayoutRequest& request) {
  std::vector<ParallelLayout> all;
  const int64_t count = request.num_devices;
  for (const int64_t tensor : divisors(count, request.devices_per_node)) {
    if ((tensor & (tensor - 1)) != 0) continue;  // heads and widths split in powers of two
    for (const int64_t pipeline : divisors(count / tensor, spec.num_layers)) {
      const int64_t data = count / tensor / pipeline;
      const int64_t experts = std::max<int64_t>(1, spec.num_experts);
      for (const int64_t expert : divisors(experts, std::min(experts, data))) {
        if (data % expert != 0) continue;
        for (const bool recompute : {false, true}) {
          all.push_back(with_memory({.tensor = tensor,
                                     .pipeline = pipeline,
                                     .data = data,
                                     .expert = expert,
                                     .recompute = recompute},
                                    spec, request));
        }
      }
    }
  }
  return all;
}

auto splitting(const ParallelLayout& layout) {
  return std::tuple(layout.tensor * layout.pipeline, layout.recompute, layout.expert,
                    layout.pipeline);
}

}  // namespace

ParallelLayout with_memory(ParallelLayout layout, const ModelSpec& spec,
                           const LayoutRequest& request) {
  const auto tensor = static_cast<double>(layout.tensor);
  const auto pipeline = static_cast<double>(layout.pipeline);
  const auto expert = static_cast<double>(layout.expert);
  const double routed = expert_parameters(spec);
  const double dense = static_cast<double>(spec.parameters.total) - routed;
  const double held = (dense + routed / expert) / (tensor * pipeline);
  // Copies of a routed expert are `expert` times fewer than copies of the rest.
  const double copies = static_cast<double>(layout.data);
  const double optimizer = (dense + routed) / (tensor * pipeline) / copies;
  layout.state = Bytes(kWorkingBytes * held + kOptimizerBytes * optimizer);
  const auto tokens = static_cast<double>(request.seq_len);
  const auto width = static_cast<double>(spec.d_model);
  const auto layers = static_cast<double>(spec.num_layers);
  const double full = activation_bytes_per_layer(spec);
  // The first group of a pipeline holds as many micro-batches as there are groups: all layers'
  // worth.
  const double per_token = layout.recompute ? kInputBytes * width * layers + full : full * layers;
  layout.activations = Bytes(
      tokens * (per_token + kLogitAndGradient * static_cast<double>(spec.vocab_size)) / tensor);
  return layout;
}

std::optional<ParallelLayout> choose_layout(const ModelSpec& spec, const LayoutRequest& request) {
  std::optional<ParallelLayout> chosen;
  for (const ParallelLayout& layout : candidates(spec, request)) {
    if (layout.total().value() > request.usable_share * request.memory.value()) continue;
    if (!chosen || splitting(layout) < splitting(*chosen)) chosen = layout;
  }
  return chosen;
}

ParallelLayout smallest_layout(const ModelSpec& spec, const LayoutRequest& request) {
  const std::vector<ParallelLayout> all = candidates(spec, request);
  return *std::min_element(all.begin(), all.end(),
                           [](const ParallelLayout& a, const ParallelLayout& b) {
                             return a.total().value() < b.total().value();
                           });
}

}  // namespace assay
