#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "recorded_run.h"

// What makes two runs the same, bit by bit.
namespace assay::testing {

inline void check_equal(const NamedTensors& a, const NamedTensors& b) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    INFO(a[i].first);
    CHECK(at::equal(a[i].second, b[i].second));
  }
}

inline void check_equal(const RouterStats& a, const RouterStats& b) {
  CHECK(a.layer == b.layer);
  CHECK(a.load_entropy_nats == b.load_entropy_nats);
  CHECK(a.score_entropy_nats == b.score_entropy_nats);
  CHECK(a.max_violation == b.max_violation);
  CHECK(a.dropped == b.dropped);
  CHECK(a.bias == b.bias);
}

inline void check_equal(const StepRecord& a, const StepRecord& b) {
  INFO("step " << a.step);
  CHECK(a.step == b.step);
  CHECK(a.tokens == b.tokens);
  CHECK(a.skipped == b.skipped);
  CHECK(a.learning_rate == b.learning_rate);
  if (!a.skipped) {  // else not a number, which equals nothing
    CHECK(a.loss == b.loss);
    CHECK(a.aux_loss == b.aux_loss);
    CHECK(a.grad_norm == b.grad_norm);
  }
  CHECK(a.tokens_per_expert == b.tokens_per_expert);
  REQUIRE(a.router.size() == b.router.size());
  for (size_t i = 0; i < a.router.size() && !a.skipped; ++i) check_equal(a.router[i], b.router[i]);
}

/// Weights, optimizer, steps from `first` on, and evaluations.
inline void check_same_run(const RecordedRun& a, const RecordedRun& b, int64_t first = 1) {
  check_equal(a.tensors().model, b.tensors().model);
  check_equal(a.tensors().optimizer, b.tensors().optimizer);
  const auto from = [first](const RecordedRun& run) {
    return std::ranges::find_if(run.sink.steps, [first](const auto& s) { return s.step >= first; });
  };
  auto other = from(b);
  REQUIRE(std::distance(from(a), a.sink.steps.end()) == std::distance(other, b.sink.steps.end()));
  for (auto step = from(a); step != a.sink.steps.end(); ++step, ++other) check_equal(*step, *other);
  const auto evaluations = [first](const RecordedRun& run) {
    std::vector<double> values;
    for (const RunEvent& event : run.sink.events) {
      if (event.kind == "eval" && event.step >= first) values.push_back(event.value.value());
    }
    return values;
  };
  CHECK(evaluations(a) == evaluations(b));
}

}  // namespace assay::testing
