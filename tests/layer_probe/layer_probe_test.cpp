#include "layer_probe/layer_probe.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <deque>

#include "cost/probe_time.h"
#include "layer_probe/slice_timer.h"
#include "profile/steady_timer.h"
#include "tests/layer_probe/probed_models.h"

namespace assay {
namespace {

std::vector<std::string> names_of(const ProbeRecord& record) {
  std::vector<std::string> names;
  for (const ProbeLayer& layer : record.layers) names.push_back(layer.name);
  std::ranges::sort(names);
  return names;
}

ProbeRecord probed(const ProbeRequest& request) {
  SteadyTimer timer;
  ProbeRecord record = run_layer_probe(request, plan_probe(request, kPlenty), at::kCPU, timer);
  record.device_kind = "cpu";
  const ProbeTime time = probe_time(record, spec_from_table(request.table, "small"), nullptr);
  record.lines = time.lines;
  record.missing = time.missing;
  record.device_seconds_per_token = time.whole;
  return record;
}

TEST_CASE("a dense model's layers are timed forward and backward") {
  const ProbeRecord record = probed(short_request(small_model("llama")));
  CHECK(names_of(record) ==
        std::vector<std::string>{"attention", "embedding", "head", "loss", "mlp", "rest"});
  for (const ProbeLayer& layer : record.layers) {
    INFO(layer.name);
    CHECK(layer.forward.value() + layer.backward.value() > 0);
    CHECK(layer.low <= layer.high);
  }
  CHECK(record.accumulate.time.value() > 0);
  CHECK(record.optimizer.time.value() > 0);
  CHECK(record.routing.empty());
  CHECK_FALSE(record.is_evidence());
}

TEST_CASE("DeepSeek's layers are all there, and the record survives its file") {
  ProbeRequest request = short_request(small_model("deepseek like V3"));
  request.layout = {.pipeline = 3, .data = 4, .expert = 4, .batch_tokens = 4096};
  const ProbeRecord record = probed(request);
  CHECK(names_of(record) == std::vector<std::string>{"attention", "combine", "dense mlp",
                                                     "dispatch", "embedding", "experts", "head",
                                                     "loss", "norms and shared experts", "rest",
                                                     "router"});
  CHECK(record.experts_held == 2);
  CHECK(record.routing == "balanced");
  const std::string text = to_json_text(record);
  CHECK(to_json_text(parse_probe(text, "p")) == text);
}

TEST_CASE("every small model can be probed, with a share of its experts where it has any") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    ProbeRequest request = short_request(model.toml);
    request.warmup = 0;
    request.repeats = 2;
    const ModelSpec spec = spec_from_table(request.table, "small");
    if (spec.num_experts > 0 && spec.num_experts % 2 == 0) request.layout.expert = 2;
    request.balanced = spec.num_experts != 8;
    const ProbeRecord record = probed(request);
    CHECK(record.device_seconds_per_token.value > 0);
    // What a model does not name would be counted once instead of once a block.
    const std::vector<std::string> names = names_of(record);
    for (const char* kind : {"attention", "embedding", "head", "loss"}) {
      CHECK(std::ranges::count(names, kind) == 1);
    }
    CHECK(std::ranges::count(names, spec.num_experts > 0 ? "experts" : "mlp") == 1);
  }
}

TEST_CASE("bf16 and a divided width are timed as well, and the width is noted") {
  ProbeRequest request = short_request(small_model("mixtral"));
  request.precision = Precision::kBf16;
  request.width_divisor = 2;
  const ProbeRecord record = probed(request);
  CHECK(record.precision == "bf16");
  REQUIRE(record.notes.size() == 1);
  CHECK(record.notes[0].find("no evidence") != std::string::npos);
}

/// A clock on which every mark comes one second after the last.
class TickingTimer : public EventTimer {
 public:
  Mark mark() override { return next_++; }
  std::optional<Seconds> elapsed(Mark from, Mark to) override {
    return Seconds(static_cast<double>(to - from));
  }
  void release(Mark last) override { static_cast<void>(last); }
  void wait(Mark /*mark*/) override { ++waits; }
  void finish() override { ++waits; }
  [[nodiscard]] StepClock clock() const override { return StepClock::kSteady; }

  int waits = 0;

 private:
  Mark next_ = 0;
};

TEST_CASE("warm-up passes do not count, and passes are not waited for one by one") {
  ProbeRequest request = short_request(small_model("llama"));
  request.warmup = 2;
  request.repeats = 5;
  const ProbePlan plan = plan_probe(request, kPlenty);
  TickingTimer timer;
  const auto kinds = time_slice(plan.slices.front(), request, plan, at::kCPU, timer);
  CHECK(timer.waits == 1);
  for (const KindTimes& kind : kinds) {
    INFO(kind.kind);
    CHECK(kind.forward.size() == 5);
    CHECK(kind.backward.size() == 5);
    // The clock ticks with the marks alone, and every pass sets the same ones.
    CHECK(std::ranges::count(kind.forward, kind.forward.front()) == 5);
  }
}

}  // namespace
}  // namespace assay
