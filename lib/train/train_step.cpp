#include "train/train_step.h"

#include <ATen/ATen.h>

#include <optional>
#include <utility>

#include "profile/layer_observer.h"

namespace assay {

namespace {

Batch on_device(Batch batch, at::Device device) {
  if (device.is_cpu()) return batch;
  const auto move = [device](at::Tensor& tensor) {
    tensor = tensor.pin_memory().to(device, /*non_blocking=*/true);
  };
  move(batch.tokens);
  move(batch.targets);
  if (batch.loss_weight) move(*batch.loss_weight);
  return batch;  // attention wants to know documents on the host
}

}  // namespace

bool times_layers(const StepParts& parts, int64_t step) {
  return parts.layers_every > 0 && step % parts.layers_every == 0;
}

std::vector<Batch> batches_of(const StepParts& parts, int64_t step) {
  std::vector<Batch> batches;
  for (int64_t micro = 0; micro < parts.grad_accum; ++micro) {
    const int64_t first = (parts.comm.rank() * parts.grad_accum + micro) * parts.micro_batch;
    batches.push_back(parts.batches.samples(step, first, parts.micro_batch));
  }
  return batches;
}

StepResults do_step(const StepParts& parts, const std::vector<Batch>& batches,
                    const at::Tensor& learning_rate, bool time_layers) {
  StepProfiler& profiler = parts.profiler;
  StepSums sums(parts.device);
  std::optional<LayerObserver> layers;
  if (time_layers) layers.emplace(profiler);
  for (const Batch& batch : batches) {
    profiler.enter(Phase::kForward);
    const at::Tensor objective = sums.add(parts.model.forward(batch));
    profiler.enter(Phase::kBackward);
    objective.backward();
    parts.optimizer.collect_gradients();
  }
  layers.reset();
  profiler.enter(Phase::kComm);
  sums.reduce(parts.comm);
  parts.optimizer.reduce_gradients(parts.comm);
  profiler.enter(Phase::kOptimizer);
  const UpdateStats update =
      parts.optimizer.step(learning_rate, sums.num_targets(), sums.loss_sum());
  if (sums.tokens_per_expert().defined()) parts.model.after_step(sums.tokens_per_expert());
  return {std::move(sums), update};
}

StepFigures end_step(const StepParts& parts, int64_t step, double learning_rate,
                     const StepResults& results) {
  parts.profiler.enter(Phase::kOther);
  StepFigures figures(step, learning_rate, results.sums, results.update,
                      parts.model.mixture_layers(), parts.model.selection_bias());
  parts.profiler.end_step();
  return figures;
}

StepFigures train_step(const StepParts& parts, int64_t step, double learning_rate) {
  parts.profiler.begin_step();
  parts.profiler.enter(Phase::kData);
  std::vector<Batch> batches = batches_of(parts, step);
  for (Batch& batch : batches) batch = on_device(std::move(batch), parts.device);
  const at::Tensor rate = at::scalar_tensor(learning_rate, at::kDouble);
  return end_step(parts, step, learning_rate,
                  do_step(parts, batches, rate, times_layers(parts, step)));
}

}  // namespace assay
