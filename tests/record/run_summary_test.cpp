#include "record/run_summary.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "run_fixture.h"

namespace assay {
namespace {

using test::second_step;
using test::small_manifest;

RunRecord run_with(int64_t num_steps) {
  RunRecord record;
  record.manifests = {small_manifest(100)};
  for (int64_t i = 1; i <= num_steps; ++i)
    record.steps.push_back(second_step(i, 100.0 + double(i)));
  return record;
}

TEST_CASE("rates and phases leave warm-up steps out and the counts do not") {
  RunRecord record = run_with(5);
  record.steps[0].warmup = true;
  record.steps[0].profile.wall = Seconds(60);
  const RunSummary summary = summarise(record);
  CHECK(summary.num_steps == 5);
  CHECK(summary.num_warmup == 1);
  CHECK(summary.tokens.value() == 80);
  CHECK(summary.tokens_per_second->value() == 16.0);
  CHECK(summary.mean_phases->at(1).value() == 0.25);
  CHECK(summary.phase_shares->at(2) == 0.75);
  CHECK(summary.median_step->value() == 1.0);
  CHECK(*summary.first_loss == 5.0);
  CHECK(*summary.last_loss == 1.0);
}

TEST_CASE("time in graphs without phases is a mean over the timed steps, or absent") {
  RunRecord record = run_with(5);
  record.steps[0].warmup = true;
  record.steps[0].profile.unphased = Seconds(60);
  CHECK_FALSE(summarise(record).mean_unphased.has_value());
  for (size_t i = 1; i < 5; ++i) record.steps[i].profile.unphased = Seconds(0.5);
  record.steps[4].profile.unphased.reset();
  const RunSummary summary = summarise(record);
  CHECK(summary.mean_unphased->value() == Approx(1.5 / 4));
  CHECK(*summary.unphased_share == Approx(1.5 / 4));
}

TEST_CASE("a run without steps has no rate and no loss") {
  const RunSummary summary = summarise(run_with(0));
  CHECK_FALSE(summary.tokens_per_second.has_value());
  CHECK_FALSE(summary.last_loss.has_value());
  CHECK_FALSE(summary.last_eval.has_value());
  CHECK_FALSE(summary.unigram_entropy.has_value());
}

TEST_CASE("95 of 100 steps are not slower than the slow step") {
  RunRecord record = run_with(100);
  for (StepRecord& step : record.steps) step.profile.wall = Seconds(double(101 - step.step));
  const RunSummary summary = summarise(record);
  CHECK(summary.median_step->value() == 51.0);
  CHECK(summary.slow_step->value() == 96.0);
}

TEST_CASE("validation is given in bits per byte where the bytes per token are known") {
  RunRecord record = run_with(4);
  auto point = [](int64_t step, double loss) {
    RunEvent event = test::event("eval", step, 0, 1);
    event.value = loss;
    return event;
  };
  record.events = {point(2, 2.0), point(4, 1.0), point(4, 1.5)};
  CHECK_FALSE(summarise(record).last_eval->bits_per_byte.has_value());
  record.manifests[0].bytes_per_token = 2;
  const RunSummary summary = summarise(record);
  CHECK(*summary.last_eval->bits_per_byte == Approx(1.5 / std::log(2.0) / 2));
  CHECK(summary.best_eval->loss == 1.0);
}

TEST_CASE("the best validation is a finite one") {
  RunRecord record = run_with(4);
  RunEvent broken = test::event("eval", 2, 0, 1);
  broken.value = std::nan("");
  record.events = {broken};
  CHECK_FALSE(summarise(record).best_eval.has_value());
  RunEvent whole = test::event("eval", 4, 0, 1);
  whole.value = 3.0;
  record.events = {broken, whole};
  CHECK(summarise(record).best_eval->loss == 3.0);
}

TEST_CASE("a validation of steps that were thrown away does not count") {
  RunRecord record = run_with(4);
  record.manifests.push_back(small_manifest(200, 2));
  RunEvent lost = test::event("eval", 4, 0, 1);
  lost.value = 9.0;
  record.events = {lost};
  CHECK(summarise(record).evals.empty());
}

TEST_CASE("expert load sums over steps") {
  RunRecord record = run_with(2);
  record.steps[0].tokens_per_expert = {{4, 0}, {1, 3}};
  record.steps[1].tokens_per_expert = {{2, 2}, {3, 1}};
  const RunSummary summary = summarise(record);
  REQUIRE(summary.expert_loads.size() == 2);
  CHECK(summary.expert_loads[0].shares == std::vector<double>{0.75, 0.25});
  CHECK(summary.expert_loads[0].max_over_mean == 1.5);
  CHECK(summary.expert_loads[1].max_over_mean == 1.0);
  CHECK(summary.expert_loads[1].mixture == 1);
  CHECK_FALSE(summary.expert_loads[1].layer);
}

TEST_CASE("expert load is by the layer's number in the model where the record has it") {
  RunRecord record = run_with(2);
  for (StepRecord& step : record.steps) {
    step.tokens_per_expert = {{4, 0}, {1, 3}};
    step.router = {{.layer = 1}, {.layer = 4}};
  }
  const RunSummary summary = summarise(record);
  REQUIRE(summary.expert_loads.size() == 2);
  CHECK(summary.expert_loads[0].layer == 1);
  CHECK(summary.expert_loads[1].layer == 4);
}

TEST_CASE("unigram entropy is given in the unit of the loss") {
  RunRecord record = run_with(1);
  record.manifests[0].corpus_unigram_entropy_bits = 4.0;
  CHECK(*summarise(record).unigram_entropy == Approx(4 * std::log(2.0)));
}

TEST_CASE("times of layers are means of the steps that timed them, the profiler's is its share") {
  RunRecord record;
  record.manifests.resize(1);
  for (int i = 1; i <= 4; ++i) {
    record.steps.push_back(test::second_step(i, 100 + i));
    record.steps.back().profile.profiler_host = Seconds(0.001);
    if (i % 2 != 0) continue;
    record.steps.back().profile.layers = {{"attention", Seconds(0.1 * i), Seconds(0.2)},
                                          {"head", Seconds(0.05), Seconds(0)}};
  }
  const RunSummary summary = summarise(record);
  REQUIRE(summary.mean_layers.size() == 2);
  CHECK(summary.mean_layers[0].kind == "attention");
  CHECK(summary.mean_layers[0].forward.value() == Approx(0.3));
  CHECK(summary.mean_layers[0].backward.value() == Approx(0.2));
  CHECK(summary.mean_layers[1].forward.value() == Approx(0.05));
  CHECK(summary.profiler_share.value() == Approx(0.001));
}

TEST_CASE("the most memory that the last process of the run held counts, or it is absent") {
  RunRecord record = run_with(2);
  CHECK_FALSE(summarise(record).peak_tensors.has_value());
  record.events = {{.kind = "tensor_memory", .step = 1, .value = 300.0},
                   {.kind = "tensor_memory", .step = 2, .value = 200.0},
                   {.kind = "resident_memory", .step = 2, .value = 900.0}};
  const RunSummary summary = summarise(record);
  CHECK(summary.peak_tensors->value() == 300);
  CHECK(summary.peak_resident->value() == 900);
  record.manifests.push_back(record.manifests.back());
  CHECK_FALSE(summarise(record).peak_tensors.has_value());
  record.events.push_back({.kind = "tensor_memory", .step = 2, .value = 100.0, .attempt = 1});
  CHECK(summarise(record).peak_tensors->value() == 100);
}

}  // namespace
}  // namespace assay
