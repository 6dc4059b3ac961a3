#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>

#include "models/language_model.h"

namespace assay {

/// Records what `work` puts on the device without the device doing it; the callable that comes back
/// has the device do it, on the same memory, each time it is called. Throws what `work` throws, and
/// c10::Error where something in it cannot be recorded.
using WorkRecorder = std::function<std::function<void()>(const std::function<void()>& work)>;

/// How the decode steps of a batch were done.
struct StepCounts {
  int64_t eager = 0;     ///< operator by operator
  int64_t recorded = 0;  ///< recordings made: one for each set of rows that lasted two steps
  int64_t replayed = 0;  ///< by a recording
  /// Why steps are not recorded any more; empty where they are, or where no recorder was given.
  std::string fallback;
};

/// Decode steps of sequences that grow together. With a recorder the first step of a set of rows is
/// done operator by operator (libraries load their kernels), the second is recorded, and it and
/// those after it are done by the recording; another set of rows begins anew. A step that cannot be
/// recorded is done as without a recorder, and so are all after it. Not thread-safe.
class DecodeStepper {
 public:
  /// `state` holds the prompts and has room for all that is to come (DecodeState::capacity). Both
  /// must outlive the stepper. `recorder` may be empty.
  DecodeStepper(LanguageModel& model, DecodeState& state, at::Device device, WorkRecorder recorder);

  /// Logits fp32 [R, V] on the device after `tokens` int64 [R, 1] on the CPU; they are overwritten
  /// by the next step. Throws: as LanguageModel::decode.
  at::Tensor step(const at::Tensor& tokens);
  /// To be called after DecodeState::keep: the rows are others.
  void change_rows();
  /// True where a set of rows that stays spares a recording.
  [[nodiscard]] bool records() const { return recorder_ && counts_.fallback.empty(); }
  [[nodiscard]] const StepCounts& counts() const { return counts_; }

 private:
  at::Tensor eager_step(const at::Tensor& tokens);
  void begin_rows(const at::Tensor& tokens);
  void do_step();
  bool record();

  LanguageModel& model_;
  DecodeState& state_;
  at::Device device_;
  WorkRecorder recorder_;
  StepCounts counts_;
  at::Tensor tokens_R1_;  ///< the step's input, at one address for a set of rows
  at::Tensor logits_RV_;  ///< its result
  std::function<void()> replay_;
};

}  // namespace assay
