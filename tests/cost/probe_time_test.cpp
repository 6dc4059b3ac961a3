#include "cost/probe_time.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "specs/expert_parameters.h"

namespace assay {
namespace {

/// 4 layers, 2 of them with 16 experts of which a token goes to 2.
ModelSpec small_spec() {
  ModelSpec spec{.family = "test", .num_layers = 4, .d_model = 100, .num_experts = 16, .top_k = 2};
  spec.products = {
      {.name = "router", .kind = LayerKind::kRouter, .in = 100, .out = 16, .per_token = 2},
      {.name = "up", .kind = LayerKind::kExperts, .in = 100, .out = 50, .per_token = 4}};
  spec.parameters.total = 1'000'000;
  return spec;
}

ProbeRecord timed() {
  ProbeRecord record{.seq_len = 500, .micro_batch = 2, .tokens = 1000, .repeats = 20};
  record.layers = {{.name = "attention",
                    .count = 4,
                    .forward = Seconds(0.001),
                    .backward = Seconds(0.003),
                    .low = Seconds(0.0035),
                    .high = Seconds(0.005)},
                   {.name = "head",
                    .count = 1,
                    .forward = Seconds(0.002),
                    .backward = Seconds(0.004),
                    .low = Seconds(0.006),
                    .high = Seconds(0.006)}};
  record.accumulate = {1000, Seconds(1e-6), Seconds(1e-6), Seconds(2e-6)};
  record.optimizer = {1000, Seconds(4e-6), Seconds(3e-6), Seconds(5e-6)};
  return record;
}

ProbeLine line(const ProbeTime& time, const std::string& name) {
  const auto found = std::ranges::find(time.lines, name, &ProbeLine::name);
  REQUIRE(found != time.lines.end());
  return *found;
}

bool is_missing(const ProbeTime& time, const std::string& name) {
  return std::ranges::any_of(time.missing,
                             [&](const std::string& text) { return text.starts_with(name); });
}

Device linked_device() {
  Device device{.id = "linked"};
  device.interconnect = SourcedMeasure{parse_measure("400 GB/s"), {"test", "", "seen"}};
  return device;
}

TEST_CASE("a token takes count x (forward + backward) / tokens of each layer") {
  const ProbeTime time = probe_time(timed(), small_spec(), nullptr);
  CHECK(line(time, "attention").value == Approx(4 * 0.004 / 1000));
  CHECK(line(time, "attention").low == Approx(4 * 0.0035 / 1000));
  CHECK(line(time, "attention").high == Approx(4 * 0.005 / 1000));
  CHECK(line(time, "head").value == Approx(0.006 / 1000));
  CHECK(line(time, "attention").provenance == Provenance::kMeasured);
}

TEST_CASE("the whole is the sum of its lines and as weak as its weakest") {
  ProbeRecord record = timed();
  record.layout.batch_tokens = 4000;
  const ProbeTime time = probe_time(record, small_spec(), nullptr);
  // Layers 16 + 6 us, sums 1 us a thousand parameters x 1e6 / 1000 tokens, update 4 us likewise
  // / 4.
  CHECK(time.whole.value == Approx(16e-6 + 6e-6 + 1e-6 + 1e-6));
  CHECK(time.whole.bounds->high == Approx(20e-6 + 6e-6 + 2e-6 + 1.25e-6));
  CHECK(time.whole.provenance == Provenance::kMeasured);
  CHECK(time.missing.empty());
  record.layout.pipeline = 2;
  CHECK(probe_time(record, small_spec(), nullptr).whole.provenance == Provenance::kAssumed);
}

TEST_CASE("each of the tensor-parallel devices spends its part of every layer") {
  ProbeRecord record = timed();
  record.layout.tensor = 2;
  const ProbeTime time = probe_time(record, small_spec(), nullptr);
  CHECK(line(time, "attention").value == Approx(2 * 4 * 0.004 / 1000));
}

TEST_CASE("gradients are summed for what a copy holds, updates are done once over all copies") {
  const ModelSpec spec = small_spec();
  CHECK(expert_parameters(spec) == 2.0 * 16 * 100 * 50);
  CHECK(num_mixture_layers(spec) == 2);
  ProbeRecord record = timed();
  record.layout.expert = 4;
  record.layout.data = 8;
  record.layout.batch_tokens = 8000;
  const ProbeTime time = probe_time(record, spec, nullptr);
  CHECK(line(time, "gradient sums").value == Approx((840000 + 40000) * 1e-9 / 1000));
  CHECK(line(time, "optimizer").value == Approx(1e6 * 4e-9 / 8000));
}

TEST_CASE("without the tokens of a step optimizer and bubble are missing, not zero") {
  ProbeRecord record = timed();
  record.layout.pipeline = 4;
  const ProbeTime time = probe_time(record, small_spec(), nullptr);
  CHECK(is_missing(time, "optimizer"));
  CHECK(is_missing(time, "pipeline bubble"));
}

TEST_CASE("a pipeline's bubble is between none and (groups - 1) / micro-batches of the layers") {
  ProbeRecord record = timed();
  record.layout.pipeline = 4;
  record.layout.data = 2;
  record.layout.batch_tokens = 24000;  // 12 micro-batches of 1000 tokens in each of two copies
  const ProbeLine bubble = line(probe_time(record, small_spec(), nullptr), "pipeline bubble");
  CHECK(bubble.low == 0);
  CHECK(bubble.high == Approx(22e-6 * 3 / 12));
  CHECK(bubble.value == Approx(bubble.high / 2));
  CHECK(bubble.provenance == Provenance::kAssumed);
}

TEST_CASE("experts in a node talk over half of the registered interconnect") {
  ProbeRecord record = timed();
  record.layout.expert = 4;
  const Device device = linked_device();
  const ProbeLine experts =
      line(probe_communication(record, small_spec(), &device), "communication of experts");
  // 2 layers, 4 ways, 2 copies of 100 numbers of 2 bytes, 3 of 4 of them elsewhere.
  CHECK(experts.high == Approx(2 * 4 * 2 * 100 * 2 * 0.75 / 200e9));
  CHECK(experts.low == 0);
  CHECK(experts.scaling == ProbeScaling::kInterconnect);
}

TEST_CASE("experts of many nodes need the network's rate, and send a copy a node at most") {
  ProbeRecord record = timed();
  record.layout.expert = 16;
  const Device device = linked_device();
  CHECK(is_missing(probe_communication(record, small_spec(), &device), "communication of experts"));
  record.layout.network_bytes_per_s = 50e9;
  record.layout.nodes_per_token = 1;
  const ProbeTime time = probe_communication(record, small_spec(), &device);
  CHECK(line(time, "communication of experts").high ==
        Approx(2 * 4 * 1 * 100 * 2 * (15.0 / 16) / 50e9));
  CHECK(line(time, "communication of experts").scaling == ProbeScaling::kNone);
}

TEST_CASE("a device whose links are not known leaves communication out and says so") {
  ProbeRecord record = timed();
  record.layout.tensor = 2;
  CHECK(is_missing(probe_communication(record, small_spec(), nullptr),
                   "communication of tensor parallelism"));
  const Device device = linked_device();
  const ProbeTime time = probe_communication(record, small_spec(), &device);
  // Both devices: 4 layers, 4 all-reduces of 200 bytes, 2 (t - 1) / t of it each.
  CHECK(line(time, "communication of tensor parallelism").high ==
        Approx(2 * 4 * 4 * 200 * 1.0 / 200e9));
}

TEST_CASE("a model on one device has neither communication nor bubble") {
  const ProbeTime time = probe_communication(timed(), small_spec(), nullptr);
  CHECK(time.lines.empty());
  CHECK(time.missing.empty());
}

}  // namespace
}  // namespace assay
