#include "layer_probe/slice_timer.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "models/layers/expert_share.h"
#include "models/layers/fresh_weight.h"
#include "models/model_family.h"
#include "profile/layer_observer.h"
#include "profile/step_profiler.h"
#include "specs/family.h"
#include "train/model_tensors.h"

namespace assay {
namespace {

constexpr uint64_t kSeed = 1;

Batch random_batch(int64_t sequences, int64_t seq_len, int64_t vocab_size, at::Device device) {
  const auto options = at::TensorOptions(device).dtype(at::kLong);
  return {.tokens = at::randint(vocab_size, {sequences, seq_len}, options),
          .targets = at::randint(vocab_size, {sequences, seq_len}, options)};
}

void run_pass(LanguageModel& model, const Batch& batch, StepProfiler& profiler) {
  profiler.begin_step();
  {
    const LayerObserver layers(profiler);
    profiler.enter(Phase::kForward);
    const LmOutput output = model.forward(batch);
    at::Tensor objective = output.loss_sum;
    if (output.aux_loss.defined()) objective = objective + output.aux_loss * output.num_targets;
    profiler.enter(Phase::kBackward);
    objective.backward();
  }
  // Gradients are dropped, so that the next pass stores them and adds nothing: sums of gradients
  // are timed by themselves.
  profiler.enter(Phase::kOther);
  for (at::Tensor& parameter : model.parameters()) parameter.mutable_grad().reset();
  profiler.end_step();
}

KindTimes& kind_of(std::vector<KindTimes>& kinds, const std::string& name) {
  const auto found = std::ranges::find(kinds, name, &KindTimes::kind);
  if (found != kinds.end()) return *found;
  kinds.push_back({.kind = name});
  return kinds.back();
}

double phase_time(const StepProfile& profile, Phase phase) {
  return profile.phases[static_cast<size_t>(phase)].value();
}

void add_profile(const StepProfile& profile, std::vector<KindTimes>& kinds) {
  double forward = phase_time(profile, Phase::kForward);
  double backward = phase_time(profile, Phase::kBackward);
  for (const LayerTime& layer : profile.layers) {
    KindTimes& kind = kind_of(kinds, layer.kind);
    kind.forward.push_back(layer.forward.value());
    kind.backward.push_back(layer.backward.value());
    forward -= layer.forward.value();
    backward -= layer.backward.value();
  }
  KindTimes& rest = kind_of(kinds, "rest");
  rest.forward.push_back(std::max(0.0, forward));
  rest.backward.push_back(std::max(0.0, backward));
}

}  // namespace

std::shared_ptr<LanguageModel> make_slice(const ProbeSlice& slice, const ProbePlan& plan,
                                          Precision precision, at::Device device) {
  const models::ExpertShareGuard share(plan.expert);
  const models::ConstructionDeviceGuard construction(device);
  const std::shared_ptr<LanguageModel> model = make_model(slice.table, kSeed);
  place_model(*model, device, precision);
  return model;
}

std::vector<KindTimes> time_slice(const ProbeSlice& slice, const ProbeRequest& request,
                                  const ProbePlan& plan, at::Device device, EventTimer& timer) {
  const std::shared_ptr<LanguageModel> model = make_slice(slice, plan, request.precision, device);
  const int64_t rows = spec_from_table(slice.table, slice.name).vocab_size;
  const Batch batch = random_batch(plan.micro_batch, request.seq_len, rows, device);
  StepProfiler profiler(timer);
  for (int64_t pass = 0; pass < request.warmup + request.repeats; ++pass) {
    run_pass(*model, batch, profiler);
  }
  profiler.finish();
  std::vector<KindTimes> kinds;
  for (int64_t pass = 0; pass < request.warmup + request.repeats; ++pass) {
    const StepProfile profile = profiler.take_finished().value();
    if (pass >= request.warmup) add_profile(profile, kinds);
  }
  return kinds;
}

}  // namespace assay
