#pragma once

#include <cmath>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "models/model_family.h"
#include "replaying_timer.h"
#include "toy_run.h"
#include "train/model_tensors.h"
#include "train/trainer.h"

namespace assay::testing {

inline constexpr int64_t kRecordedVocab = 64;

/// Two blocks of a dense model.
inline std::string dense_toml() {
  return R"(family = "qwen3"
num_layers = 2
d_model = 32
d_head = 8
d_ff = 48
num_heads = 4
num_kv_heads = 2
vocab_size = 64
max_seq_len = 16
)";
}

/// A dense block and two mixtures without a limit to what an expert takes, whose choice has a bias
/// that each step moves, and with a balancing loss.
inline std::string mixture_toml() {
  return R"(family = "deepseek"
num_layers = 3
num_dense_layers = 1
d_model = 32
num_heads = 4
d_ff = 48
num_experts = 8
num_shared_experts = 1
top_k = 2
d_expert = 16
vocab_size = 64
max_seq_len = 16
latent = { kv_lora_rank = 16, d_nope = 8, d_rope = 8, d_v = 8 }
[router]
scoring = "sigmoid"
selection_bias = true
renormalize = true
sequence_balance_weight = 0.01
)";
}

/// A run on a device that records graphs (ReplayingTimer).
class RecordedRun {
 public:
  RecordedRun(const std::filesystem::path& folder, const std::string& model_toml,
              const Trainer::Options& with, int64_t layers = 0)
      : options(with),
        layers_every(layers),
        model(make_model(read_toml(model_toml, {.name = "test"}), 7)),
        batches(dataset(), {.seed = 3,
                            .batch_size = with.train.sequences_per_step(),
                            .seq_len = with.train.seq_len}),
        store(folder, with.checkpoint) {
    place_model(*model, at::kCPU, options.train.precision);
    optimizer = std::make_unique<AdamW>(named_parameters(*model), OptimizerConfig{});
    for (const NamedTensors& part : {tensors().model, tensors().optimizer}) {
      for (const NamedTensor& tensor : part) timer.state.push_back(tensor.second);
    }
  }

  static Trainer::Options options_with(StepGraphs graphs) {
    Trainer::Options options = short_options();
    options.train.graphs = graphs;
    return options;
  }
  /// 12 steps of three micro-batches, with evaluations and checkpoints between them.
  static Trainer::Options short_options() {
    Trainer::Options options;
    options.train = {
        .steps = 12, .micro_batch = 2, .grad_accum = 3, .seq_len = 16, .eval_every = 4};
    options.schedule = {.lr = 1e-2, .min_lr = 1e-3, .warmup_steps = 5};
    options.checkpoint = {.every_steps = 5, .keep_last = 100};
    return options;
  }

  TrainResult run(const CheckpointState* from = nullptr) {
    Trainer trainer(parts(), options,
                    {.evaluate = [this](int64_t) { return evaluate(); },
                     .energy = [] { return std::optional<Joules>(); },
                     .check =
                         [this] {
                           ++num_begun;
                           if (after_step) after_step();
                         }},
                    store, {.stage = "pretrain", .seed = 3}, tensors(), sink);
    if (from != nullptr) trainer.resume(*from);
    return trainer.run({});
  }

  [[nodiscard]] StepParts parts() {
    return {.model = *model,
            .optimizer = *optimizer,
            .batches = batches,
            .comm = comm,
            .profiler = profiler,
            .device = at::kCPU,
            .micro_batch = options.train.micro_batch,
            .grad_accum = options.train.grad_accum,
            .layers_every = layers_every};
  }
  [[nodiscard]] std::vector<RunEvent> events_of(const std::string& kind) const {
    std::vector<RunEvent> events;
    for (const RunEvent& event : sink.events) {
      if (event.kind == kind) events.push_back(event);
    }
    return events;
  }
  [[nodiscard]] CheckpointTensors tensors() const {
    return {named_tensors(*model), optimizer->state()};
  }

  Trainer::Options options;
  int64_t layers_every;
  std::shared_ptr<LanguageModel> model;
  std::unique_ptr<AdamW> optimizer;
  data::BatchStream batches;
  Comm comm = Comm::one_process();
  ReplayingTimer timer;
  StepProfiler profiler{timer};
  CheckpointStore store;
  KeepingSink sink;
  int64_t num_begun = 0;             ///< steps
  std::function<void()> after_step;  ///< called when a step was begun

 private:
  static data::TokenDataset dataset() {
    std::vector<uint32_t> tokens;
    for (uint32_t i = 0; i < 4000; ++i) tokens.push_back((i * i + i / 7) % kRecordedVocab);
    return data::TokenDataset::from_tokens(std::move(tokens), kRecordedVocab);
  }
  /// Loss of a batch that is trained on later, so that weights between steps are looked at.
  double evaluate() {
    const at::NoGradGuard no_grad;
    return model->forward(batches.samples(999, 0, 2)).loss_sum.item<double>();
  }
};

}  // namespace assay::testing
