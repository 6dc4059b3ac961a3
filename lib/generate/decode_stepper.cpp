#include "generate/decode_stepper.h"

#include <ATen/ATen.h>

#include <utility>

// Shapes: R sequences, V vocabulary.
namespace assay {

DecodeStepper::DecodeStepper(LanguageModel& model, DecodeState& state, at::Device device,
                             WorkRecorder recorder)
    : model_(model), state_(state), device_(device), recorder_(std::move(recorder)) {}

at::Tensor DecodeStepper::eager_step(const at::Tensor& tokens) {
  ++counts_.eager;
  return model_.decode(tokens.to(device_), state_).select(1, 0);
}

void DecodeStepper::change_rows() {
  replay_ = nullptr;
  tokens_R1_ = at::Tensor();
  logits_RV_ = at::Tensor();
  state_.place.reset();
}

void DecodeStepper::begin_rows(const at::Tensor& tokens) {
  tokens_R1_ = tokens.to(device_, /*non_blocking=*/false, /*copy=*/true);
  state_.fix_place(tokens.size(0), device_);
}

// What is recorded. The host's count of tokens is the stepper's own: a replay does not move it.
void DecodeStepper::do_step() {
  logits_RV_ = model_.decode(tokens_R1_, state_).select(1, 0);
  state_.place->column.add_(1);
}

// False where it cannot be: the state is as it was, for steps without a recording.
bool DecodeStepper::record() {
  const int64_t num_tokens = state_.num_tokens;
  try {
    replay_ = recorder_([this] { do_step(); });
    ++counts_.recorded;
    state_.num_tokens = num_tokens;
    return true;
  } catch (const c10::Error& error) {
    const std::string reason = error.what_without_backtrace();
    counts_.fallback = reason.substr(0, reason.find('\n'));
  }
  change_rows();
  state_.num_tokens = num_tokens;
  return false;
}

at::Tensor DecodeStepper::step(const at::Tensor& tokens) {
  if (!records()) return eager_step(tokens);
  if (!tokens_R1_.defined() || tokens_R1_.size(0) != tokens.size(0)) {
    change_rows();
    begin_rows(tokens);
    do_step();
    ++counts_.eager;
    return logits_RV_;
  }
  TORCH_CHECK(state_.num_tokens < state_.columns(),
              "[generate] no room for a step: ", state_.num_tokens, " of ", state_.columns(),
              " columns filled");
  tokens_R1_.copy_(tokens);
  if (!replay_ && !record()) return eager_step(tokens);
  const int64_t num_tokens = state_.num_tokens;
  replay_();
  state_.num_tokens = num_tokens + 1;
  ++counts_.replayed;
  return logits_RV_;
}

}  // namespace assay
