#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bigram_model.h"
#include "data/batch_stream.h"
#include "profile/steady_timer.h"
#include "train/model_tensors.h"
#include "train/trainer.h"

namespace assay::testing {

/// Keeps what a run produces.
class KeepingSink : public StepSink {
 public:
  void consume(const RunItem& item) noexcept override {
    if (const auto* step = std::get_if<StepRecord>(&item)) {
      steps.push_back(*step);
      if (on_step) on_step(*step);
    } else if (const auto* event = std::get_if<RunEvent>(&item)) {
      events.push_back(*event);
    }
  }
  [[nodiscard]] std::vector<std::string> kinds() const {
    std::vector<std::string> kinds;
    for (const RunEvent& event : events) kinds.push_back(event.kind);
    return kinds;
  }

  std::vector<StepRecord> steps;
  std::vector<RunEvent> events;
  std::function<void(const StepRecord&)> on_step;
};

/// A whole run of a bigram model on 4,000 tokens that follow a rule, small enough for thousands of
/// steps a second.
class ToyRun {
 public:
  explicit ToyRun(const std::filesystem::path& folder, Trainer::Options options = toy_options(),
                  const OptimizerConfig& optimizer_config = {}, int64_t width = 8)
      : model(std::make_shared<BigramModel>(kVocab, width)),
        batches(dataset(), {.seed = 3,
                            .batch_size = options.train.sequences_per_step(),
                            .seq_len = options.train.seq_len}),
        store(folder, options.checkpoint),
        options_(std::move(options)) {
    place_model(*model, at::kCPU, options_.train.precision);
    optimizer = std::make_unique<AdamW>(named_parameters(*model), optimizer_config);
  }

  static Trainer::Options toy_options() {
    Trainer::Options options;
    options.train = {.steps = 40, .micro_batch = 4, .grad_accum = 1, .seq_len = 16};
    options.schedule = {.lr = 1e-2, .min_lr = 1e-3, .warmup_steps = 5};
    return options;
  }

  TrainResult run(const StopToken& stop = {}, const CheckpointState* from = nullptr) {
    Trainer trainer({*model, *optimizer, batches, comm, profiler, at::kCPU,
                     options_.train.micro_batch, options_.train.grad_accum},
                    options_,
                    {.evaluate = [this](int64_t) { return ++num_evaluations, 1.5; },
                     .energy = [this] { return energy; },
                     .check = [] {}},
                    store, {.stage = "pretrain", .seed = 3}, tensors(), sink);
    if (from != nullptr) trainer.resume(*from);
    TrainResult result = trainer.run(stop);
    totals = trainer.totals();
    return result;
  }

  [[nodiscard]] CheckpointTensors tensors() const {
    return {named_tensors(*model), optimizer->state()};
  }

  static constexpr int64_t kVocab = 11;
  static data::TokenDataset dataset() {
    std::vector<uint32_t> tokens;
    for (uint32_t i = 0; i < 4000; ++i) tokens.push_back(i * i % kVocab);
    return data::TokenDataset::from_tokens(std::move(tokens), kVocab);
  }

  std::shared_ptr<BigramModel> model;
  std::unique_ptr<AdamW> optimizer;
  data::BatchStream batches;
  Comm comm = Comm::one_process();
  SteadyTimer timer;
  StepProfiler profiler{timer};
  CheckpointStore store;
  KeepingSink sink;
  std::optional<Joules> energy;
  int num_evaluations = 0;
  RunTotals totals;

 private:
  Trainer::Options options_;
};

}  // namespace assay::testing
