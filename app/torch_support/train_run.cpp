#include "app/torch_support/train_run.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <iostream>

#include "app/cli/text_output.h"
#include "app/torch_support/memory_allocator.h"
#include "app/torch_support/resume_choice.h"
#include "app/torch_support/run_ending.h"
#include "app/torch_support/run_events.h"
#include "app/torch_support/run_inputs.h"
#include "app/torch_support/run_manifest_maker.h"
#include "app/torch_support/run_outputs.h"
#include "app/torch_support/run_price.h"
#include "app/torch_support/stop_signals.h"
#include "distributed/comm.h"
#include "energy/energy_config.h"
#include "generate/evaluate.h"
#include "kernels/kernel_paths.h"
#include "models/fp8_layers.h"
#include "models/hf_folder.h"
#include "models/model_family.h"
#include "profile/kineto_trace.h"
#include "profile/make_timer.h"
#include "record/changed_config.h"
#include "record/run_record.h"
#include "specs/model_source.h"
#include "train/machine.h"
#include "train/model_tensors.h"
#include "train/tensor_memory.h"
#include "train/trainer.h"

namespace assay::app {

namespace {

/// The registry where there is one: training needs none, and a folder named by the user must load.
std::optional<Registry> load_registry(const TrainOptions& options) {
  try {
    return Registry::load(find_registry(options.registry));
  } catch (const ConfigError&) {
    if (!options.registry.empty()) throw;
    return std::nullopt;
  }
}

PowerSources find_power(const RunConfig& config, const DeviceInfo& device, int64_t local_rank) {
  std::vector<std::string> held;
  if (!device.uuid.empty()) held.push_back(device.uuid);
  const std::vector<std::string> gpus = config.energy.gpus_to_read(std::move(held));
  if (!config.energy.enabled) return {.unavailable = {"energy.enabled is false"}};
  return find_power_sources(config.energy, gpus, {}, "libnvidia-ml.so.1", local_rank);
}

/// The parts of a run in the order in which they depend on one another.
class TrainRun {
 public:
  TrainRun(const TrainOptions& options, const RunConfig& config)
      : options_(options),
        config_(config),
        registry_(load_registry(options)),
        price_sheet_(named_price_sheet(config.price, options.registry)),
        device_(open_device(config, comm_.local_rank())),
        inputs_(prepare_inputs(config)),
        power_(find_power(config, device_.info, comm_.local_rank())),
        paths_(kernel_path_options(config.train, device_.device)) {
    if (registry_) {
      registered_ = registry_->find_device_by_driver_name(device_.info.name);
      if (registered_ != nullptr) device_.info.registry_id = registered_->id;
    }
  }

  ExitCode go() {
    try {
      return train();
    } catch (...) {
      rethrow_out_of_memory(memory_question(config_, inputs_.spec, device_.device), std::cerr);
    }
  }

 private:
  ExitCode train();
  /// Fresh weights, or for a fresh run those of the folder in [model], on the device.
  void make_model_ready(bool is_fresh);
  [[nodiscard]] TrainConfig train_config() const;
  TrainResult run_trainer(RunOutputs& outputs, const RunManifest& manifest,
                          const ResumeChoice& resume);
  TrainerHooks hooks(RunOutputs& outputs);
  /// What the record and the person in front are told before the first step.
  void warn_at_start(RunOutputs& outputs, const RunManifest& manifest,
                     const ResumeChoice& resume) const;
  [[nodiscard]] ResumeIdentity identity() const;

  const TrainOptions& options_;
  const RunConfig& config_;
  Comm comm_ = Comm::from_environment();
  std::optional<Registry> registry_;
  std::optional<Price> price_sheet_;
  RunDevice device_;
  RunInputs inputs_;
  PowerSources power_;
  const Device* registered_ = nullptr;
  double process_start_unix_s_ = process_start_unix_s();
  RunClock clock_;
  std::shared_ptr<LanguageModel> model_;
  Fp8Layers fp8_;
  kernels::KernelPaths paths_;
  kernels::UseKernelPaths use_paths_{paths_};
  std::optional<KinetoTrace> kineto_;
  StopToken stop_;
};

ResumeIdentity TrainRun::identity() const {
  return {.model = config_.model,
          .precision = config_.train.precision,
          .optimizer = config_.optimizer,
          .tokenizer = std::string(inputs_.tokenizer->id()),
          .seed = static_cast<uint64_t>(config_.train.seed),
          .sequences_per_step = config_.train.sequences_per_step(),
          .seq_len = config_.train.seq_len};
}

void TrainRun::make_model_ready(bool is_fresh) {
  model_ = make_model(config_.model, static_cast<uint64_t>(config_.train.seed));
  if (is_fresh) start_from_folder(*model_, config_.model, weight_type(config_.train.precision));
  model_->set_recompute(config_.train.recompute);
  place_model(*model_, device_.device, config_.train.precision);
  if (config_.train.precision == Precision::kFp8) {
    fp8_ = use_fp8(*model_, config_.train.layers_in_bf16());
  }
}

ExitCode TrainRun::train() {
  const StopSignals signals(stop_);
  const std::filesystem::path fresh =
      std::filesystem::path("runs") / fresh_run_name(process_start_unix_s_);
  const ResumeChoice resume = choose_resume(options_, fresh, identity());
  const int64_t resumed_at = resume.checkpoint ? read_checkpoint_state(*resume.checkpoint).step : 0;
  if (is_finished(resume, resumed_at, config_.train.steps)) {
    fmt::print("finished:    {} has its {} steps; nothing was done\n", resume.run_dir.string(),
               resumed_at);
    return ExitCode::kFine;
  }
  expect_steps_left(resume, resumed_at, config_.train.steps);
  const MemoryQuestion memory = memory_question(config_, inputs_.spec, device_.device);
  if (!options_.no_memory_check) {
    require_memory(memory, device_memory(device_.device).free, std::cerr);
  }
  restart_tensor_peak(device_.device);  // what measured the ceiling is no part of the run
  make_model_ready(/*is_fresh=*/!resume.checkpoint);
  const RunManifest manifest = make_manifest({.config = config_,
                                              .inputs = inputs_,
                                              .device = device_,
                                              .resume = resume,
                                              .power = power_,
                                              .price_sheet = price_sheet_,
                                              .args = options_.args,
                                              .fp8 = fp8_,
                                              .predicted_peak = predict_peak(memory).total(),
                                              .resumed_at_step = resumed_at,
                                              .process_start_unix_s = process_start_unix_s_});
  RunOutputs outputs({.config = config_,
                      .manifest = manifest,
                      .inputs = inputs_,
                      .registered = registered_,
                      .power = std::move(power_),
                      .run_dir = resume.run_dir,
                      .continues_run = resume.continues_run,
                      .clock = clock_,
                      .local_rank = comm_.local_rank(),
                      .progress = options_.progress});
  print_start(manifest, config_, outputs, resumed_at);
  warn_at_start(outputs, manifest, resume);
  try {
    const TrainResult result = run_trainer(outputs, manifest, resume);
    if (result.stop_reason == StopReason::kNone) {
      write_sample({*model_, inputs_, config_, device_.device, clock_}, result.step,
                   outputs.sink());
    }
    // A preempted process has no time to wait.
    if (result.stop_reason != StopReason::kPreempted) {
      outputs.linger([this] { return stop_.reason() == StopReason::kPreempted; });
    }
    tell_memory(device_.device, clock_, result.step, outputs.sink());
    outputs.stop(result.step, result.stop_reason == StopReason::kNone
                                  ? "finished"
                                  : std::string(to_string(result.stop_reason)));
    outputs.poll();
    print_end(outputs.run_dir(), inputs_, result);
    return exit_code_of(result.stop_reason);
  } catch (const std::exception& error) {
    tell_memory(device_.device, clock_, 0, outputs.sink());
    outputs.stop(0, fmt::format("failed: {}", error.what()));
    throw;
  }
}

void TrainRun::warn_at_start(RunOutputs& outputs, const RunManifest& manifest,
                             const ResumeChoice& resume) const {
  if (!resume.checkpoint) {
    for (const std::string& note : folder_notes(config_.model)) {
      outputs.warn("config.json: " + note);
    }
    if (const auto note = tokenizer_note(config_)) outputs.warn(*note);
  }
  if (resume.continues_run) {
    const std::vector<RunManifest> all = read_run(resume.run_dir, StepDetail::kTotals).manifests;
    const std::string changed = changed_config(all.at(all.size() - 2), manifest);
    if (!changed.empty()) outputs.warn("settings of this process and not the last: " + changed);
  }
  for (const std::string& warning : resume.warnings) outputs.warn(warning);
  for (const std::string& warning : price_warnings(price_sheet_, manifest)) outputs.warn(warning);
}

TrainerHooks TrainRun::hooks(RunOutputs& outputs) {
  return {
      .evaluate =
          [this](int64_t max_tokens) {
            const EvaluateOptions options{.seq_len = config_.train.seq_len,
                                          .batch_size = config_.train.micro_batch,
                                          .max_tokens = max_tokens};
            return evaluate(*model_, inputs_.validation, options, device_.device).nats_per_token();
          },
      .energy = [&outputs] { return outputs.energy(); },
      .timeline =
          [this, &outputs](int64_t step, const StepTimeline& timeline) {
            outputs.trace(step, timeline);
            tell_kernel_choices(paths_, device_.device, clock_, step, outputs.sink());
          },
      .check =
          [this, &outputs] {
            if (kineto_) kineto_->step_ended();
            outputs.poll();
            if (outputs.must_stop()) stop_.request(StopReason::kBudget);
          }};
}

/// As the config has it, with 0, which is all, where evaluations want as many tokens as there are.
TrainConfig TrainRun::train_config() const {
  TrainConfig train = config_.train;
  for (int64_t* wanted : {&train.eval_tokens, &train.final_eval_tokens}) {
    if (*wanted >= inputs_.validation.num_tokens()) *wanted = 0;
  }
  return train;
}

TrainResult TrainRun::run_trainer(RunOutputs& outputs, const RunManifest& manifest,
                                  const ResumeChoice& resume) {
  AdamW optimizer(named_parameters(*model_), config_.optimizer, embedding_names(*model_));
  const data::BatchStream batches(inputs_.train, {.seed = manifest.seed,
                                                  .batch_size = config_.train.sequences_per_step(),
                                                  .seq_len = config_.train.seq_len});
  if (!config_.profile.kineto.empty()) {
    kineto_.emplace(KinetoTrace::Options{.file = config_.profile.kineto,
                                         .num_steps = config_.profile.kineto_steps,
                                         .on_gpu = device_.device.is_cuda()});
  }
  const std::unique_ptr<EventTimer> timer = make_timer(device_.device);
  StepProfiler profiler(*timer, [this] { return clock_.now_unix_s(); });
  CheckpointStore store(resume.run_dir / "checkpoints", config_.checkpoint);
  store.open();
  const CheckpointTensors tensors{named_tensors(*model_), optimizer.state()};
  Trainer trainer({.model = *model_,
                   .optimizer = optimizer,
                   .batches = batches,
                   .comm = comm_,
                   .profiler = profiler,
                   .device = device_.device,
                   .micro_batch = config_.train.micro_batch,
                   .grad_accum = config_.train.grad_accum,
                   .layers_every = config_.profile.layers_every},
                  {.train = train_config(),
                   .schedule = config_.schedule,
                   .checkpoint = config_.checkpoint,
                   .process_start_unix_s = process_start_unix_s_,
                   .clock = clock_},
                  hooks(outputs), store, checkpoint_identity(manifest, config_), tensors,
                  outputs.sink());
  if (resume.checkpoint) {
    load_checkpoint(*resume.checkpoint, tensors);
    trainer.resume(read_checkpoint_state(*resume.checkpoint));
  }
  if (outputs.must_stop()) stop_.request(StopReason::kBudget);
  const TrainResult result = trainer.run(stop_);
  outputs.finish_trace(profiler.clock_line());
  return result;
}

}  // namespace

RunConfig load_train_config(const TrainOptions& options) {
  RunConfig config =
      load_run_config(options.config, {.set = options.set,
                                       .environment = assay_environment(),
                                       .aliases = {{"ASSAY_METRICS_LISTEN", "metrics.address"}}});
  expect_path("train", "--trace", config.profile.trace);
  expect_path("train", "profile.kineto", config.profile.kineto);
  expect_path("train", "metrics.textfile", config.metrics.textfile);
  return config;
}

ExitCode train_run(const TrainOptions& options, const RunConfig& config) {
  keep_freed_memory();
  count_host_tensors();
  return TrainRun(options, config).go();
}

}  // namespace assay::app
