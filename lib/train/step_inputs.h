#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "data/batch.h"

namespace assay {

/// What a recorded step reads, on the device at addresses that stay: its micro-batches and its
/// learning rate. One thread.
class StepInputs {
 public:
  explicit StepInputs(at::Device device) : device_(device) {}

  /// Copies micro-batches (there or on the CPU) and learning rate to the device behind its work;
  /// waits for nothing. The first call makes the memory. False, and nothing is copied, where the
  /// batches differ from those of the first call in number, parts or shapes.
  bool fill(const std::vector<Batch>& batches, double learning_rate);

  [[nodiscard]] const std::vector<Batch>& batches() const { return batches_; }
  /// As AdamW::step takes it.
  [[nodiscard]] const at::Tensor& learning_rate() const { return learning_rate_; }

 private:
  void make(const std::vector<Batch>& like);
  [[nodiscard]] bool fit(const std::vector<Batch>& batches) const;

  at::Device device_;
  std::vector<Batch> batches_;
  at::Tensor learning_rate_;
};

}  // namespace assay
