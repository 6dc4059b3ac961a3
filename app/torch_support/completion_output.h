#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "app/torch_support/generate_options.h"
#include "app/torch_support/inference_session.h"
#include "app/torch_support/loaded_model.h"
#include "generate/completion.h"
#include "generate/decode_stepper.h"

namespace assay::app {

/// Writes completions to standard output as they are done, as text or as one JSON document; none is
/// kept. The command and the model must outlive it.
class CompletionOutput {
 public:
  /// Begins the JSON document where one is asked for. `streamed`: the texts were written token by
  /// token already.
  CompletionOutput(const GenerateCommand& command, const LoadedModel& loaded, bool streamed);

  void write(const Completion& completion);
  /// What follows the last completion; to be called once.
  void end(const StepCounts& steps, const InferenceSession& session);

 private:
  void write_text(const Completion& completion) const;
  void write_json(const Completion& completion) const;
  [[nodiscard]] int64_t num_written() const;
  /// How many completions ended for which reason.
  [[nodiscard]] std::string ends_text() const;

  const GenerateCommand& command_;
  const LoadedModel& loaded_;
  bool streamed_;
  std::array<int64_t, kFinishReasons.size()> num_ended_{};  ///< by FinishReason
};

}  // namespace assay::app
