#include "train/step_inputs.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>

namespace assay {
namespace {

/// The parts of a batch, in one order; undefined where it has none.
std::array<at::Tensor, 4> parts_of(const Batch& batch) {
  return {batch.tokens, batch.targets, batch.loss_weight.value_or(at::Tensor()),
          batch.document_ids.value_or(at::Tensor())};
}

bool alike(const at::Tensor& a, const at::Tensor& b) {
  if (!a.defined() || !b.defined()) return a.defined() == b.defined();
  return a.sizes() == b.sizes() && a.scalar_type() == b.scalar_type();
}

bool of_one_shape(const Batch& a, const Batch& b) {
  return std::ranges::equal(parts_of(a), parts_of(b), alike);
}

}  // namespace

void StepInputs::make(const std::vector<Batch>& like) {
  const auto empty = [this](const at::Tensor& tensor) {
    return at::empty(tensor.sizes(), tensor.options().device(device_));
  };
  for (const Batch& batch : like) {
    Batch own{.tokens = empty(batch.tokens), .targets = empty(batch.targets)};
    if (batch.loss_weight) own.loss_weight = empty(*batch.loss_weight);
    if (batch.document_ids) own.document_ids = empty(*batch.document_ids);
    batches_.push_back(std::move(own));
  }
  learning_rate_ =
      at::zeros({}, at::TensorOptions(device_).dtype(device_.is_cpu() ? at::kDouble : at::kFloat));
}

bool StepInputs::fit(const std::vector<Batch>& batches) const {
  return std::ranges::equal(batches, batches_, of_one_shape);
}

bool StepInputs::fill(const std::vector<Batch>& batches, double learning_rate) {
  if (!learning_rate_.defined()) make(batches);
  if (!fit(batches)) return false;
  for (size_t i = 0; i < batches.size(); ++i) {
    const auto from = parts_of(batches[i]);
    const auto to = parts_of(batches_[i]);
    for (size_t part = 0; part < from.size(); ++part) {
      if (!from[part].defined()) continue;
      const bool is_far = from[part].is_cpu() && !device_.is_cpu();
      to[part].copy_(is_far ? from[part].pin_memory() : from[part], /*non_blocking=*/true);
    }
  }
  learning_rate_.fill_(learning_rate);
  return true;
}

}  // namespace assay
