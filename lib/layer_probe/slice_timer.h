#pragma once

#include <c10/core/Device.h>

#include <string>
#include <vector>

#include "layer_probe/probe_plan.h"
#include "layer_probe/probe_slice.h"
#include "models/language_model.h"
#include "profile/event_timer.h"

namespace assay {

/// The times of one kind of layer in a slice, one entry a repeat, in seconds. "rest" is what no
/// layer claims: the last norm, rotary angles, work of autograd between layers.
struct KindTimes {
  std::string kind;
  std::vector<double> forward;
  std::vector<double> backward;
};

/// The module of a slice on a device, with fresh weights in the request's precision.
std::shared_ptr<LanguageModel> make_slice(const ProbeSlice& slice, const ProbePlan& plan,
                                          Precision precision, at::Device device);

/// Runs the slice forward and backward on random tokens, `warmup` times for nothing and then
/// `repeats` times, one behind the other without waiting for the device. Kinds come in the order in
/// which the model runs them.
std::vector<KindTimes> time_slice(const ProbeSlice& slice, const ProbeRequest& request,
                                  const ProbePlan& plan, at::Device device, EventTimer& timer);

}  // namespace assay
