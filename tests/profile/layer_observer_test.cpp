#include "profile/layer_observer.h"

#include <ATen/ATen.h>
#include <ATen/record_function.h>

#include <catch2/catch.hpp>

#include <algorithm>

#include "profile/steady_timer.h"

namespace {

using assay::LayerTime;
using assay::Phase;
using assay::Seconds;
using assay::StepProfile;

at::Tensor small_model(const at::Tensor& x, const at::Tensor& weight) {
  at::Tensor hidden;
  {
    RECORD_USER_SCOPE("layer/outer");
    hidden = at::matmul(x, weight);
    {
      RECORD_USER_SCOPE("layer/inner");
      hidden = at::tanh(at::matmul(hidden, weight));
    }
  }
  RECORD_USER_SCOPE("something else");
  return hidden.sum();
}

StepProfile timed_step(bool observed) {
  assay::SteadyTimer timer;
  assay::StepProfiler profiler(timer);
  const at::Tensor weight = at::rand({64, 64}).requires_grad_();
  profiler.begin_step();
  {
    std::optional<assay::LayerObserver> observer;
    if (observed) observer.emplace(profiler);
    profiler.enter(Phase::kForward);
    const at::Tensor loss = small_model(at::rand({256, 64}), weight);
    profiler.enter(Phase::kBackward);
    loss.backward();
  }
  profiler.end_step();
  return profiler.take_finished().value();
}

TEST_CASE("layers are timed forward and backward, exclusively, by what made a node") {
  const StepProfile profile = timed_step(true);
  REQUIRE(profile.layers.size() == 2);
  Seconds forward;
  Seconds backward;
  for (const LayerTime& layer : profile.layers) {
    CHECK((layer.kind == "outer" || layer.kind == "inner"));
    CHECK(layer.forward > Seconds(0));
    CHECK(layer.backward > Seconds(0));
    forward += layer.forward;
    backward += layer.backward;
  }
  CHECK(forward <= profile.phases[static_cast<size_t>(Phase::kForward)]);
  CHECK(backward <= profile.phases[static_cast<size_t>(Phase::kBackward)]);
}

TEST_CASE("without an observer no layer is timed") { CHECK(timed_step(false).layers.empty()); }

}  // namespace
