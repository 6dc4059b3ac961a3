#include "record/step_record.h"

namespace assay {

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::kData:
      return "data";
    case Phase::kForward:
      return "forward";
    case Phase::kBackward:
      return "backward";
    case Phase::kComm:
      return "comm";
    case Phase::kOptimizer:
      return "optimizer";
    case Phase::kOther:
      return "other";
  }
  return "other";
}

std::string_view to_string(RunState state) {
  switch (state) {
    case RunState::kStartup:
      return "startup";
    case RunState::kProductive:
      return "productive";
    case RunState::kEval:
      return "eval";
    case RunState::kCheckpoint:
      return "checkpoint";
    case RunState::kLost:
      return "lost";
    case RunState::kIdle:
      return "idle";
  }
  return "idle";
}

std::string_view to_string(StepClock clock) {
  return clock == StepClock::kCudaEvents ? "cuda_events" : "steady_clock";
}

}  // namespace assay
