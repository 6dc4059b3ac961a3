#include "record/probe_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "error/error.h"

namespace assay::record {
namespace {

/// Of a sum of printed doubles.
constexpr double kSumTolerance = 1e-9;

class ProbeChecks {
 public:
  explicit ProbeChecks(const std::string& where) : where_(where) {}

  void require(bool holds, std::string_view key, std::string_view fact) const {
    if (holds) return;
    throw DataError(fmt::format("[record] {}: \"{}\" {}", where_, key, fact));
  }
  void positive(std::string_view key, int64_t count) const {
    require(count > 0, key, fmt::format("must be above zero: {}", count));
  }
  void amount(std::string_view key, double value) const {
    require(std::isfinite(value) && value >= 0, key,
            fmt::format("must be a number, zero or more: {}", value));
  }
  void interval(std::string_view key, double low, double value, double high) const {
    amount(key, low);
    amount(key, value);
    amount(key, high);
    require(low <= value && value <= high, key,
            fmt::format("is no interval: {} in {} to {}", value, low, high));
  }

 private:
  const std::string& where_;
};

void check_shape(const ProbeChecks& checks, const ProbeRecord& probe) {
  checks.positive("seq_len", probe.seq_len);
  checks.positive("micro_batch", probe.micro_batch);
  checks.positive("tokens", probe.tokens);
  checks.require(
      probe.tokens % probe.micro_batch == 0 && probe.tokens / probe.micro_batch == probe.seq_len,
      "tokens", "is not micro_batch x seq_len");
  checks.positive("width_divisor", probe.width_divisor);
  checks.positive("repeats", probe.repeats);
  const ProbeLayout& layout = probe.layout;
  checks.positive("tensor", layout.tensor);
  checks.positive("pipeline", layout.pipeline);
  checks.positive("data", layout.data);
  checks.positive("expert", layout.expert);
  checks.amount("batch_tokens", layout.batch_tokens);
  checks.amount("network_bytes_per_s", layout.network_bytes_per_s);
  checks.amount("needed_bytes", probe.needed_bytes);
  checks.require(probe.device_kind == "cpu" || probe.device_kind == "cuda", "device_kind",
                 "is neither \"cpu\" nor \"cuda\"");
}

void check_pass(const ProbeChecks& checks, std::string_view key, const ProbePass& pass) {
  checks.positive(key, pass.parameters);
  checks.interval(key, pass.low.value(), pass.time.value(), pass.high.value());
}

// The bounds of a layer are quantiles of sums, whose median is near the sum of the medians.
void check_layers(const ProbeChecks& checks, const ProbeRecord& probe) {
  checks.require(!probe.layers.empty(), "layers", "is empty");
  for (const ProbeLayer& layer : probe.layers) {
    checks.positive("count", layer.count);
    checks.amount("forward_s", layer.forward.value());
    checks.amount("backward_s", layer.backward.value());
    checks.interval("low_s", layer.low.value(), layer.low.value(), layer.high.value());
  }
}

void check_sum(const ProbeChecks& checks, const ProbeRecord& probe) {
  checks.require(!probe.lines.empty(), "lines", "is empty");
  ProbeLine sum;
  for (const ProbeLine& line : probe.lines) {
    checks.interval("lines", line.low, line.value, line.high);
    sum.value += line.value;
    sum.low += line.low;
    sum.high += line.high;
  }
  const Sourced<double>& whole = probe.device_seconds_per_token;
  constexpr std::string_view kKey = "device_seconds_per_token";
  checks.interval(kKey, whole.bounds->low, whole.value, whole.bounds->high);
  checks.require(whole.value > 0, kKey, "must be above zero");
  const auto same = [](double a, double b) {
    return std::abs(a - b) <= kSumTolerance * std::max(std::abs(a), std::abs(b));
  };
  checks.require(same(whole.value, sum.value) && same(whole.bounds->low, sum.low) &&
                     same(whole.bounds->high, sum.high),
                 kKey,
                 fmt::format("is not the sum of its lines: {} and {}", whole.value, sum.value));
}

}  // namespace

void check_probe(const ProbeRecord& probe, const std::string& where) {
  const ProbeChecks checks(where);
  check_shape(checks, probe);
  check_layers(checks, probe);
  check_pass(checks, "accumulate", probe.accumulate);
  check_pass(checks, "optimizer", probe.optimizer);
  check_sum(checks, probe);
}

}  // namespace assay::record
