#include "train/step_runner.h"

#include <ATen/ops/scalar_tensor.h>
#include <c10/util/Exception.h>

#include <chrono>
#include <utility>

#include "error/error.h"

namespace assay {

StepRunner::StepRunner(const StepParts& parts, StepGraphs graphs, std::unique_ptr<SideStream> side)
    : parts_(parts),
      graphs_(graphs == StepGraphs::kAuto && parts.profiler.records_graphs()),
      feed_(parts, std::move(side),
            graphs_ ? BatchFeed::Documents::kOnDevice : BatchFeed::Documents::kOnHost),
      inputs_(parts.device) {}

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

StepRunner::Recording* StepRunner::recording_for(int64_t step) {
  if (!records() || launches_.eager < kEagerSteps) return nullptr;
  Recording& recording = times_layers(parts_, step) ? with_layers_ : plain_;
  if (!recording.graph.graph && !record(recording, step)) return nullptr;
  return &recording;
}

StepFigures StepRunner::run(int64_t step, double learning_rate) {
  Recording* recording = recording_for(step);
  parts_.profiler.begin_step();
  parts_.profiler.enter(Phase::kData);
  const std::vector<Batch> batches = feed_.take(step);
  if (recording != nullptr && !inputs_.fill(batches, learning_rate)) {
    fall_back("[train] the batches have other shapes than those of the recorded step");
    recording = nullptr;
  }
  std::optional<StepResults> done;
  if (recording != nullptr) {
    parts_.profiler.launch(recording->graph);
    ++launches_.replayed;
  } else {
    done = do_step(parts_, batches, at::scalar_tensor(learning_rate, at::kDouble),
                   times_layers(parts_, step));
    ++launches_.eager;
  }
  feed_.prefetch(step + 1);
  return end_step(parts_, step, learning_rate, done ? *done : *recording->results);
}

}  // namespace assay
