#include "app/torch_support/run_events.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "profile/device_stopwatch.h"
#include "train/tensor_memory.h"

namespace assay::app {

kernels::KernelPaths::Options kernel_path_options(const TrainConfig& train, at::Device device) {
  kernels::KernelPaths::Options options{.attention = train.attention,
                                        .may_wait = train.graphs == StepGraphs::kOff};
  if (device.is_cuda()) options.stopwatch = device_stopwatch(device);
  return options;
}

void tell_kernel_choices(kernels::KernelPaths& paths, at::Device device, const RunClock& clock,
                         int64_t step, StepSink& sink) {
  const std::vector<kernels::PathChoice> choices = paths.take_new();
  if (choices.empty()) return;
  for (const kernels::PathChoice& choice : choices) {
    sink.consume(RunEvent{.time_unix_s = clock.now_unix_s(),
                          .kind = "kernel_choice",
                          .step = step,
                          .message = to_string(choice)});
  }
  restart_tensor_peak(device);
}

void tell_memory(at::Device device, const RunClock& clock, int64_t step, StepSink& sink) {
  const auto tell = [&](std::string kind, std::optional<Bytes> bytes, std::string message) {
    if (!bytes) return;
    sink.consume(RunEvent{.time_unix_s = clock.now_unix_s(),
                          .kind = std::move(kind),
                          .step = step,
                          .value = bytes->value(),
                          .message = std::move(message)});
  };
  tell("tensor_memory", peak_tensor_bytes(device), device.str());
  tell("resident_memory", peak_resident_bytes(), "");
}

}  // namespace assay::app
