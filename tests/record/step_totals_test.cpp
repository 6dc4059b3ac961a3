#include "record/step_totals.h"

#include <catch2/catch.hpp>

#include "record/record_json.h"
#include "record/run_curves.h"
#include "record/run_record.h"
#include "record/run_summary.h"
#include "record/run_writer.h"
#include "record/time_account.h"
#include "run_fixture.h"

namespace assay {
namespace {

StepRecord rich_step(int64_t i, double time_unix_s) {
  StepRecord step = test::second_step(i, time_unix_s);
  step.loss = 5.0 / static_cast<double>(i);
  step.warmup = i == 1;
  step.skipped = i == 3;
  step.profile.wall = Seconds(1 + 0.01 * static_cast<double>(i));
  step.profile.profiler_host = Seconds(0.001);
  if (i % 2 == 0) step.profile.layers = {{"attention", Seconds(0.25), Seconds(0.5)}};
  step.tokens_per_expert = {{i, 2 * i}};
  step.router = {{.dropped = 1}};
  return step;
}

// Six steps, checkpoint after 3, killed; resumed there; four more steps.
void write_resumed_run(const std::filesystem::path& dir) {
  {
    const auto writer = RunWriter::create(dir, test::small_manifest(100));
    for (int64_t i = 1; i <= 6; ++i) {
      writer->consume(rich_step(i, 100.0 + static_cast<double>(i)));
      if (i == 3) writer->consume(test::event("checkpoint", 3, 103.5, 0.25));
    }
    writer->check();
  }
  const auto writer = RunWriter::resume(dir, test::small_manifest(200, 3));
  for (int64_t i = 4; i <= 7; ++i) writer->consume(rich_step(i, 200.0 + static_cast<double>(i)));
  writer->check();
}

TEST_CASE("a run read as totals gives the figures of the run read step by step") {
  const test::TemporaryFolder folder;
  write_resumed_run(folder.path());
  const RunRecord every = read_run(folder.path());
  const RunRecord totals = read_run(folder.path(), StepDetail::kTotals);
  CHECK(every.steps.size() == 7);
  CHECK(totals.steps.empty());
  REQUIRE(totals.totals);
  const RunSummary a = summarise(every);
  const RunSummary b = summarise(totals);
  CHECK(a.num_steps == 7);
  CHECK(b.num_steps == 7);
  CHECK(b.num_superseded == 3);
  CHECK(a.num_superseded == 3);
  CHECK(b.median_step->value() == a.median_step->value());
  CHECK(b.tokens == a.tokens);
  CHECK(b.num_skipped == 1);
  CHECK(b.last_loss == a.last_loss);
  CHECK(b.profiler_share == a.profiler_share);
  CHECK(b.dropped_share == a.dropped_share);
  CHECK(b.mean_layers.front().backward == Seconds(0.5));
  CHECK(b.expert_loads.front().shares == a.expert_loads.front().shares);
  const TimeAccount time_a = account_time(every);
  const TimeAccount time_b = account_time(totals);
  CHECK(time_b.states == time_a.states);
  CHECK(time_b.unsecured == time_a.unsecured);
  CHECK(time_b.unsecured.value() == Approx(1.04 + 1.05 + 1.06 + 1.07));
  CHECK(time_b[RunState::kLost].value() >= 1.04 + 1.05 + 1.06);
  const auto curve_a = loss_curve(every, 3);
  const auto curve_b = loss_curve(totals, 3);
  REQUIRE(curve_a.size() == curve_b.size());
  CHECK(curve_a.back().low == curve_b.back().low);
}

TEST_CASE("energy and events read as totals give what every one of them gives") {
  const test::TemporaryFolder folder;
  {
    const auto writer = RunWriter::create(folder.path(), test::small_manifest(100));
    for (int64_t i = 1; i <= 40; ++i) {
      const double now = 100.0 + static_cast<double>(i);
      writer->consume(rich_step(i, now));
      writer->consume(EnergySample{.time_unix_s = now,
                                   .source = "rapl",
                                   .device_uuid = "package-0",
                                   .energy = Joules(7.0 * static_cast<double>(i % 30))});
      writer->consume(test::event("checkpoint", i, now, 0.01));
    }
    writer->check();
  }
  const RunRecord every = read_run(folder.path());
  const RunRecord totals = read_run(folder.path(), StepDetail::kTotals);
  CHECK(every.energy.size() == 40);
  CHECK(totals.energy.empty());
  CHECK(every.events.size() == 41);  // run_start, and a checkpoint at every step
  CHECK(totals.events.size() == 2);
  const EnergyTotals::Series a = energy_totals(every).series.begin()->second;
  const EnergyTotals::Series b = energy_totals(totals).series.begin()->second;
  CHECK(a.energy == b.energy);
  CHECK(a.num_resets == 1);
  CHECK(b.num_resets == 1);
  CHECK(b.num_samples == 40);
  CHECK(b.covered == a.covered);
  CHECK(step_totals(totals).metered_tokens == step_totals(every).metered_tokens);
  CHECK(account_time(totals)[RunState::kCheckpoint].value() ==
        Approx(account_time(every)[RunState::kCheckpoint].value()));
  CHECK(totals.last_durable_step() == every.last_durable_step());
}

TEST_CASE("a step that comes twice is an error for both readers") {
  const test::TemporaryFolder folder;
  write_resumed_run(folder.path());
  const auto path = folder.path() / "steps.jsonl";
  StepRecord again = rich_step(7, 300);
  again.attempt = 1;
  test::write_text(path, test::read_text(path) + to_json_line(again) + "\n");
  for (const StepDetail detail : {StepDetail::kEvery, StepDetail::kTotals}) {
    CHECK_THROWS_WITH(read_run(folder.path(), detail),
                      Catch::Contains("steps.jsonl:11: step 7 after step 7"));
  }
}

}  // namespace
}  // namespace assay
