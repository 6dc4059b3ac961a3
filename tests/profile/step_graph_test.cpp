#include "profile/step_graph.h"

#include <catch2/catch.hpp>

#include <stdexcept>

#include "error/error.h"
#include "phase_times.h"
#include "profile/steady_timer.h"
#include "profile/step_profiler.h"
#include "scripted_timer.h"

// A part of a step that is recorded once and launched as one graph.

namespace {

using assay::Phase;
using assay::StepGraph;
using assay::StepProfile;
using assay::StepProfiler;
using assay::testing::phase_time;
using assay::testing::ScriptedTimer;
using assay::testing::sum_of_phases;

// Places: forward, attention, its end, backward.
StepGraph record_passes(StepProfiler& profiler) {
  return profiler.record(Phase::kForward, [&profiler] {
    profiler.begin_layer("attention");
    profiler.end_layer();
    profiler.enter(Phase::kBackward);
  });
}

// Marks: other, data, [forward, attention, end, backward], optimizer, end of the step.
void run_step_with(StepGraph& graph, StepProfiler& profiler) {
  profiler.begin_step();
  profiler.enter(Phase::kData);
  profiler.launch(graph);
  profiler.enter(Phase::kOptimizer);
  profiler.end_step();
}

TEST_CASE("recording a graph sets no mark and no time") {
  ScriptedTimer timer({});
  StepProfiler profiler(timer);
  const StepGraph graph = record_passes(profiler);
  CHECK(graph.graph->num_marks() == 4);
  CHECK(timer.num_marks() == 0);
  CHECK(timer.num_launches() == 0);
  CHECK(profiler.num_pending() == 0);
}

TEST_CASE("every launch of a graph has its own phases and layers though none is read between") {
  ScriptedTimer timer({0.0, 1.0, 2.0, 2.5, 3.5, 5.0, 9.0, 10.0,  // first step
                       10.0, 10.5, 11.0, 11.1, 11.4, 12.0, 12.5, 13.0});
  StepProfiler profiler(timer);
  StepGraph graph = record_passes(profiler);
  run_step_with(graph, profiler);
  run_step_with(graph, profiler);
  CHECK(timer.num_launches() == 2);
  profiler.finish();

  const StepProfile first = profiler.take_finished().value();
  CHECK(phase_time(first, Phase::kOther) == Approx(1.0));
  CHECK(phase_time(first, Phase::kData) == Approx(1.0));
  CHECK(phase_time(first, Phase::kForward) == Approx(3.0));
  CHECK(phase_time(first, Phase::kBackward) == Approx(4.0));
  CHECK(phase_time(first, Phase::kOptimizer) == Approx(1.0));
  CHECK(sum_of_phases(first) == first.wall.value());
  CHECK(first.layers.at(0).forward.value() == Approx(1.0));
  CHECK_FALSE(first.unphased);

  const StepProfile second = profiler.take_finished().value();
  CHECK(phase_time(second, Phase::kForward) == Approx(1.0));
  CHECK(phase_time(second, Phase::kBackward) == Approx(0.5));
  CHECK(second.wall.value() == Approx(3.0));
  CHECK(second.layers.at(0).forward.value() == Approx(0.3));
  CHECK(timer.released() == 14);
}

TEST_CASE("a graph launched for each micro-batch of a step counts every launch") {
  ScriptedTimer timer({0.0, 1.0, 1.5, 2.0, 3.0, 4.0, 4.25, 4.75, 6.0, 8.0});
  StepProfiler profiler(timer);
  StepGraph graph = record_passes(profiler);
  profiler.begin_step();
  profiler.launch(graph);
  profiler.launch(graph);
  profiler.end_step();
  profiler.finish();
  const StepProfile profile = profiler.take_finished().value();
  CHECK(phase_time(profile, Phase::kForward) == Approx(2.0 + 2.0));
  CHECK(phase_time(profile, Phase::kBackward) == Approx(1.0 + 2.0));
  CHECK(profile.layers.at(0).forward.value() == Approx(0.5 + 0.5));
  CHECK(sum_of_phases(profile) == profile.wall.value());
}

TEST_CASE("a step with a graph is known when the step's own end is, not a place of the graph") {
  ScriptedTimer timer({0, 1, 2, 3, 4, 5, 6, 7});
  StepProfiler profiler(timer);
  StepGraph graph = record_passes(profiler);
  run_step_with(graph, profiler);
  timer.reach(6);  // every place of the graph, and not the marks after it
  CHECK_FALSE(profiler.take_finished());
  timer.reach(8);
  CHECK(profiler.take_finished());
}

TEST_CASE("side streams inside a graph are beside its phases") {
  ScriptedTimer timer({0.0, 1.0, 2.0, 6.0, 5.0});
  StepProfiler profiler(timer);
  StepGraph graph = profiler.record(Phase::kBackward, [&profiler] {
    profiler.begin_overlapped(Phase::kComm);
    profiler.end_overlapped();
  });
  profiler.begin_step();
  profiler.launch(graph);
  profiler.end_step();
  profiler.finish();
  const StepProfile profile = profiler.take_finished().value();
  CHECK(profile.overlapped_comm.value().value() == Approx(4.0));
  CHECK(profile.wall.value() == Approx(5.0));
}

TEST_CASE("a graph whose places cannot be renewed is timed by one pair and has no phases") {
  //                  other, data, before, after (backward), optimizer, end
  ScriptedTimer timer({0.0, 1.0, 2.0, 7.0, 7.5, 8.0});
  StepProfiler profiler(timer);
  StepGraph graph = record_passes(profiler);
  timer.refuse_to_renew();
  run_step_with(graph, profiler);
  CHECK(timer.num_launches() == 1);
  profiler.finish();
  const StepProfile profile = profiler.take_finished().value();
  REQUIRE(profile.unphased);
  CHECK(profile.unphased->value() == Approx(5.0));
  CHECK(phase_time(profile, Phase::kForward) == 0.0);
  CHECK(phase_time(profile, Phase::kOther) == Approx(1.0 + 5.0));
  CHECK(profile.layers.empty());
  CHECK(sum_of_phases(profile) == profile.wall.value());
}

TEST_CASE("work that throws while it is recorded leaves the profiler as it was") {
  ScriptedTimer timer({0, 1});
  StepProfiler profiler(timer);
  CHECK_THROWS_AS(profiler.record(Phase::kForward,
                                  [&profiler] {
                                    profiler.begin_layer("mlp");
                                    throw std::runtime_error("out of memory");
                                  }),
                  std::runtime_error);
  profiler.begin_step();
  profiler.end_step();
  profiler.finish();
  CHECK(profiler.take_finished()->wall.value() == Approx(1.0));
}

TEST_CASE("graphs outside of their place are refused") {
  ScriptedTimer timer({0, 1, 2});
  StepProfiler profiler(timer);
  StepGraph graph = record_passes(profiler);
  CHECK_THROWS_AS(profiler.launch(graph), assay::InternalError);
  CHECK_THROWS_AS(
      profiler.record(Phase::kForward, [&profiler] { profiler.begin_layer("left open"); }),
      assay::InternalError);
  CHECK_THROWS_AS(profiler.record(Phase::kForward, [&profiler] { profiler.begin_step(); }),
                  assay::InternalError);
  CHECK_THROWS_AS(profiler.record(Phase::kForward, [&profiler] { profiler.end_step(); }),
                  assay::InternalError);
  profiler.begin_step();
  CHECK_THROWS_AS(profiler.record(Phase::kForward, [] {}), assay::InternalError);
  profiler.begin_layer("mlp");
  CHECK_THROWS_AS(profiler.launch(graph), assay::InternalError);
}

TEST_CASE("the host's clock times no graph") {
  assay::SteadyTimer timer;
  StepProfiler profiler(timer);
  CHECK_FALSE(profiler.records_graphs());
  CHECK_THROWS_AS(record_passes(profiler), assay::DeviceError);
  profiler.begin_step();
  profiler.end_step();
  CHECK(profiler.take_finished());
}

}  // namespace
