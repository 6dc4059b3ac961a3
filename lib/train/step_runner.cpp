#include "train/step_runner.h"

#include <c10/util/Exception.h>

#include <chrono>
#include <utility>

#include "error/error.h"

namespace assay {

StepRunner::StepRunner(const StepParts& parts, StepGraphs graphs)
    : parts_(parts),
      graphs_(graphs == StepGraphs::kAuto && parts.profiler.records_graphs()),
      inputs_(parts.device) {}

StepFigures StepRunner::eager_step(int64_t step, double learning_rate) {
  ++launches_.eager;
  return train_step(parts_, step, learning_rate);
}

void StepRunner::fall_back(std::string reason) {
  launches_.fallback = std::move(reason);
  plain_ = {};
  with_layers_ = {};
}

bool StepRunner::record(Recording& recording, int64_t step) {
  const auto begin = std::chrono::steady_clock::now();
  const bool layers = times_layers(parts_, step);
  std::string reason;
  try {
    inputs_.fill(batches_of(parts_, step),
                 0);  // there is memory to read from, before the recording
    recording.graph = parts_.profiler.record(Phase::kForward, [this, &recording, layers] {
      recording.results.emplace(
          do_step(parts_, inputs_.batches(), inputs_.learning_rate(), layers));
    });
    ++launches_.recorded;
  } catch (const c10::Error& error) {
    reason = error.what_without_backtrace();
  } catch (const DeviceError& error) {
    reason = error.what();
  }
  launches_.recording +=
      Seconds(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  if (recording.graph.graph) return true;
  parts_.optimizer.forget_gradients();
  fall_back(reason.substr(0, reason.find('\n')));
  return false;
}

StepFigures StepRunner::run(int64_t step, double learning_rate) {
  if (!records() || launches_.eager < kEagerSteps) return eager_step(step, learning_rate);
  Recording& recording = times_layers(parts_, step) ? with_layers_ : plain_;
  if (!recording.graph.graph && !record(recording, step)) return eager_step(step, learning_rate);
  parts_.profiler.begin_step();
  parts_.profiler.enter(Phase::kData);
  std::vector<Batch> batches = batches_of(parts_, step);
  if (!inputs_.fill(batches, learning_rate)) {
    fall_back("[train] the batches have other shapes than those of the recorded step");
    ++launches_.eager;
    return train_step(parts_, step, learning_rate, std::move(batches));
  }
  parts_.profiler.launch(recording.graph);
  ++launches_.replayed;
  return end_step(parts_, step, learning_rate, *recording.results);
}

}  // namespace assay
