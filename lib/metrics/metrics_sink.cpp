#include "metrics/metrics_sink.h"

#include <algorithm>
#include <exception>

#include "metrics/mixture_metrics.h"

namespace assay {
namespace {

bool holds_gpus(const RunManifest& manifest) {
  return std::ranges::any_of(manifest.devices,
                             [](const DeviceInfo& device) { return device.kind == "cuda"; });
}

int64_t planned_steps(const RunManifest& manifest) {
  int64_t steps = 0;
  for (const StageInfo& stage : manifest.stages) steps += stage.num_steps;
  return steps;
}

}  // namespace

MetricsSink::MetricsSink(MetricsRegistry& registry, const RunManifest& manifest, MetricsFacts facts)
    : registry_(registry),
      facts_(std::move(facts)),
      num_devices_(static_cast<double>(manifest.devices.size())),
      on_gpu_(holds_gpus(manifest)),
      started_unix_s_(manifest.started_unix_s),
      energy_(registry, facts_.energy_series) {
  show_run(manifest);
}

// Everything that is known before the first step; counters begin at 0 so that rate() sees their
// first increment.
void MetricsSink::show_run(const RunManifest& m) {
  registry_.set(Metric::kBuildInfo, {facts_.version, facts_.commit, m.compiler, m.libtorch_version},
                1);
  registry_.set(Metric::kRunInfo,
                {m.run_id, m.config_sha256, m.model_id, m.model_family, m.precision, m.team,
                 m.project, m.cost_centre},
                1);
  for (size_t i = 0; i < m.devices.size(); ++i) {
    const DeviceInfo& device = m.devices[i];
    registry_.set(Metric::kDeviceInfo,
                  {std::to_string(i), device.uuid, device.kind, device.name, device.driver}, 1);
  }
  for (const Metric metric : {Metric::kSteps, Metric::kSkippedSteps, Metric::kTokens,
                              Metric::kEnergyFaults, Metric::kCheckpoints, Metric::kWarnings}) {
    registry_.add(metric, {}, 0);
  }
  for (const RunState state : kRunStates) add_time(state, Seconds(0));
  add_phases({});
  registry_.set(Metric::kPlannedSteps, {}, static_cast<double>(planned_steps(m)));
  if (facts_.price_per_device_hour) {
    const Money& price = *facts_.price_per_device_hour;
    registry_.set(Metric::kPrice, {price.currency}, price.amount / kSecondsPerHour);
    rent_.emplace(RentMeter::Options{.per_device_hour = price,
                                     .num_devices = num_devices_,
                                     .started_unix_s = started_unix_s_,
                                     .before = facts_.rent_before,
                                     .planned_steps = planned_steps(m)});
    registry_.set(Metric::kRunCost, {price.currency}, facts_.rent_before);
  }
  if (facts_.budget) {
    registry_.set(Metric::kBudget, {facts_.budget->currency}, facts_.budget->amount);
  }
}

void MetricsSink::consume(const RunItem& item) noexcept {
  try {
    std::visit([this](const auto& one) { consume_item(one); }, item);
  } catch (const std::exception&) {  // memory; the next item may do
  }
}

void MetricsSink::consume_item(const EnergySample& sample) { energy_.show(sample); }

void MetricsSink::add_energy_faults(int64_t count) noexcept {
  registry_.add(Metric::kEnergyFaults, {}, static_cast<double>(count));
}

void MetricsSink::add_sampler_time(Seconds time) noexcept {
  registry_.add(Metric::kTelemetryCpu, {"sampler"}, time.value());
}

void MetricsSink::add_time(RunState state, Seconds wall) {
  const double device_seconds = num_devices_ * wall.value();
  registry_.add(Metric::kDeviceSeconds, {to_string(state)}, device_seconds);
  if (on_gpu_) registry_.add(Metric::kGpuSeconds, {to_string(state)}, device_seconds);
  if (facts_.price_per_device_hour) {
    const Money& price = *facts_.price_per_device_hour;
    registry_.add(Metric::kCost, {price.currency}, device_seconds / kSecondsPerHour * price.amount);
  }
  accounted_ += wall;
}

void MetricsSink::add_idle_until(double time_unix_s) {
  const Seconds idle = Seconds(time_unix_s - started_unix_s_) - accounted_;
  if (idle > Seconds(0)) add_time(RunState::kIdle, idle);
}

void MetricsSink::add_phases(const StepProfile& profile) {
  for (size_t i = 0; i < kPhases.size(); ++i) {
    const double device_seconds = num_devices_ * profile.phases[i].value();
    registry_.add(Metric::kPhaseDeviceSeconds, {to_string(kPhases[i])}, device_seconds);
    if (on_gpu_) {
      registry_.add(Metric::kPhaseGpuSeconds, {to_string(kPhases[i])}, device_seconds);
    }
  }
  if (profile.overlapped_comm) {
    registry_.add(Metric::kOverlappedCommSeconds, {},
                  num_devices_ * profile.overlapped_comm->value());
  }
}

void MetricsSink::consume_item(const StepRecord& step) {
  add_time(RunState::kProductive, step.profile.wall);
  add_idle_until(step.time_unix_s);
  add_phases(step.profile);
  if (step.profile.profiler_host) {
    registry_.add(Metric::kTelemetryCpu, {"profiler"}, step.profile.profiler_host->value());
  }
  registry_.add(Metric::kSteps, {}, 1);
  registry_.add(Metric::kTokens, {}, step.tokens.value());
  if (step.skipped) registry_.add(Metric::kSkippedSteps, {}, 1);
  for (const auto& [convention, flops] : facts_.flops_per_token) {
    registry_.add(Metric::kModelFlops, {convention}, flops.value() * step.tokens.value());
  }
  show_step(step);
  show_rent(step);
  show_mixture(step, registry_);
}

void MetricsSink::show_step(const StepRecord& step) {
  registry_.set(Metric::kStep, {}, static_cast<double>(step.step));
  registry_.set(Metric::kLastStepTimestamp, {}, step.time_unix_s + host_ahead_s_);
  registry_.set(Metric::kLearningRate, {}, step.learning_rate);
  // What a skipped step computed is not finite; it is counted, and the gauges keep the last figure.
  if (!step.skipped) {
    registry_.set(Metric::kLoss, {}, step.loss);
    registry_.set(Metric::kGradNorm, {}, step.grad_norm);
    if (!step.tokens_per_expert.empty()) registry_.set(Metric::kAuxLoss, {}, step.aux_loss);
  }
  const Seconds wall = step.profile.wall;
  registry_.observe(Metric::kStepDuration, {}, wall.value());
  if (wall <= Seconds(0)) return;
  registry_.set(Metric::kTokensPerSecond, {}, (step.tokens / wall).value());
  if (!facts_.peak) return;
  const Flops possible = num_devices_ * facts_.peak->per_device * wall;
  for (const auto& [convention, flops] : facts_.flops_per_token) {
    registry_.set(Metric::kMfu, {convention, facts_.peak->name},
                  flops * step.tokens.value() / possible);
  }
}

void MetricsSink::show_rent(const StepRecord& step) {
  if (!rent_) return;
  rent_->step_ended(step.step, step.time_unix_s, step.profile.wall);
  const Money spent = rent_->so_far(step.time_unix_s);
  registry_.set(Metric::kRunCost, {spent.currency}, spent.amount);
  registry_.set(Metric::kProjectedRunCost, {spent.currency}, rent_->projected()->amount);
}

void MetricsSink::consume_item(const RunEvent& event) {
  const Seconds duration = event.duration.value_or(Seconds(0));
  if (event.kind == "startup") {
    add_time(facts_.startup_is_lost ? RunState::kLost : RunState::kStartup, duration);
  } else if (event.kind == "eval") {
    add_time(RunState::kEval, duration);
    if (event.value) registry_.set(Metric::kValidationLoss, {}, *event.value);
  } else if (event.kind == "checkpoint") {
    add_time(RunState::kCheckpoint, duration);
    registry_.add(Metric::kCheckpoints, {}, 1);
    registry_.observe(Metric::kCheckpointDuration, {}, duration.value());
    registry_.set(Metric::kLastCheckpointTimestamp, {}, event.time_unix_s + host_ahead_s_);
    registry_.set(Metric::kLastCheckpointStep, {}, static_cast<double>(event.step));
  } else if (event.kind == "warning") {
    registry_.add(Metric::kWarnings, {}, 1);
  }
  // A warning may come in the middle of a step, whose time is told at its end.
  const bool ends_something =
      event.kind != "run_start" && event.kind != "resume" && event.kind != "warning";
  if (ends_something) add_idle_until(event.time_unix_s);
}

void MetricsSink::show_inference(std::string_view phase, Tokens tokens, Seconds wall) {
  registry_.add(Metric::kInferenceTokens, {phase}, tokens.value());
  registry_.add(Metric::kInferenceSeconds, {phase}, num_devices_ * wall.value());
  if (tokens <= Tokens(0) || wall <= Seconds(0)) return;
  registry_.set(Metric::kInferenceTokensPerSecond, {phase}, (tokens / wall).value());
  if (!facts_.price_per_device_hour) return;
  const Money& price = *facts_.price_per_device_hour;
  const double device_hours = num_devices_ * wall.value() / kSecondsPerHour;
  registry_.set(Metric::kInferencePrice, {price.currency, phase},
                device_hours * price.amount / tokens.value() * 1e6);
}

void MetricsSink::consume_item(const InferenceRecord& batch) {
  add_time(RunState::kProductive, batch.prefill + batch.decode);
  add_idle_until(batch.time_unix_s);
  show_inference("prefill", batch.prompt_tokens, batch.prefill);
  show_inference("decode", batch.decode_tokens, batch.decode);
  registry_.observe(Metric::kTimeToFirstToken, {}, batch.first_token.value());
  registry_.set(Metric::kKvCachePerSequence, {}, batch.kv_per_sequence.value());
  if (batch.energy && batch.generated_tokens > Tokens(0)) {
    registry_.set(Metric::kInferenceEnergyPerToken, {},
                  batch.energy->value() / batch.generated_tokens.value());
  }
}

}  // namespace assay
