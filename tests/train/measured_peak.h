#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "config/config.h"
#include "data/batch_stream.h"
#include "kernels/kernel_paths.h"
#include "models/fp8_layers.h"
#include "models/model_family.h"
#include "profile/steady_timer.h"
#include "specs/expert_dispatch.h"
#include "specs/family.h"
#include "train/memory_fit.h"
#include "train/model_tensors.h"
#include "train/tensor_memory.h"
#include "train/train_step.h"

namespace assay::testing {

/// A training run whose memory is predicted and measured.
struct PeakCase {
  std::string model;  ///< the [model] table
  TrainConfig train;
  OptimizerConfig optimizer = {};
};

inline TomlTable table_of(const PeakCase& run) { return read_toml(run.model, {.name = "model"}); }

inline data::TokenDataset random_tokens(int64_t vocab_size) {
  std::mt19937 random(5);
  std::uniform_int_distribution<uint32_t> token(0, static_cast<uint32_t>(vocab_size - 1));
  std::vector<uint32_t> tokens(20000);
  for (uint32_t& one : tokens) one = token(random);
  return data::TokenDataset::from_tokens(std::move(tokens), vocab_size);
}

inline TrainingPeak predicted_peak(const PeakCase& run) {
  const ModelSpec spec = spec_from_table(table_of(run), "predicted");
  const auto dispatch = expert_dispatch_of(table_of(run));
  return predict_peak({.spec = spec,
                       .train = run.train,
                       .optimizer = run.optimizer,
                       .capacity_factor = dispatch ? dispatch->capacity_factor : std::nullopt});
}

/// Two steps of the trainer on the CPU: the most bytes of tensors at one time, weights and
/// optimizer included.
inline double measured_peak(const PeakCase& run) {
  count_host_tensors();
  restart_tensor_peak(at::kCPU);
  const double before = peak_tensor_bytes(at::kCPU)->value();
  const TomlTable table = table_of(run);
  const std::shared_ptr<LanguageModel> model = make_model(table, 7);
  model->set_recompute(run.train.recompute);
  place_model(*model, at::kCPU, run.train.precision);
  if (run.train.precision == Precision::kFp8) use_fp8(*model, {});
  AdamW optimizer(named_parameters(*model), run.optimizer, embedding_names(*model));
  const data::BatchStream batches(
      random_tokens(spec_from_table(table, "measured").vocab_size),
      {.seed = 3, .batch_size = run.train.sequences_per_step(), .seq_len = run.train.seq_len});
  const Comm comm = Comm::one_process();
  kernels::KernelPaths paths({.attention = run.train.attention});
  const kernels::UseKernelPaths use_paths(paths);
  SteadyTimer timer;
  StepProfiler profiler(timer);
  const StepParts parts{*model,
                        optimizer,
                        batches,
                        comm,
                        profiler,
                        at::kCPU,
                        run.train.micro_batch,
                        run.train.grad_accum,
                        0};
  restart_tensor_peak(at::kCPU);
  for (int64_t step = 1; step <= 2; ++step) train_step(parts, step, 1e-3);
  return peak_tensor_bytes(at::kCPU)->value() - before;
}

}  // namespace assay::testing
