#include "train/train_step.h"

#include <ATen/ATen.h>

#include <optional>

#include "profile/layer_observer.h"
#include "train/step_sums.h"

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
  if (batch.document_ids) move(*batch.document_ids);
  return batch;
}

}  // namespace

StepFigures train_step(const StepParts& parts, int64_t step, double learning_rate) {
  StepProfiler& profiler = parts.profiler;
  StepSums sums(parts.device);
  profiler.begin_step();
  std::optional<LayerObserver> layers;
  if (parts.layers_every > 0 && step % parts.layers_every == 0) layers.emplace(profiler);
  for (int64_t micro = 0; micro < parts.grad_accum; ++micro) {
    profiler.enter(Phase::kData);
    const int64_t first = (parts.comm.rank() * parts.grad_accum + micro) * parts.micro_batch;
    const Batch batch =
        on_device(parts.batches.samples(step, first, parts.micro_batch), parts.device);
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
  profiler.enter(Phase::kOther);
  StepFigures figures(step, learning_rate, sums, update, parts.model.mixture_layers(),
                      parts.model.selection_bias());
  profiler.end_step();
  return figures;
}

}  // namespace assay
