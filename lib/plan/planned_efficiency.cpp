#include "plan/planned_efficiency.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "error/error.h"

namespace assay {
namespace {

constexpr const char* kAboveRoofline =
    "faster than the roofline: the products at the peak and the memory traffic take longer";

template <class Same>
bool any_device(const std::vector<PublishedThroughput>& published, const Registry& registry,
                const Same& same) {
  return std::any_of(published.begin(), published.end(), [&](const PublishedThroughput& run) {
    return same(registry.device(run.device));
  });
}

void expect_like(const ProbeRecord& probe, const TrainingRequest& request) {
  const auto refuse = [](const std::string& what, const auto& is, const auto& wanted) {
    throw DataError(fmt::format("[plan] the probe is of {} {}, the plan of {}", what, is, wanted));
  };
  if (probe.model != request.model) refuse("model", probe.model, request.model);
  if (!probe.is_evidence()) {
    throw DataError(fmt::format(
        "[plan] the probe is no evidence: it was timed on {} at 1/{} of the published width",
        probe.device_name, probe.width_divisor));
  }
  if (probe.device != request.device) refuse("device", probe.device, request.device);
  if (probe.precision != request.precision) {
    refuse("precision", probe.precision, request.precision);
  }
  if (probe.seq_len != request.seq_len) {
    refuse("sequences of", probe.seq_len, request.seq_len);
  }
}

PlannedEfficiency of_probe(const ProbeRecord& probe, const TrainingRequest& request,
                           double roofline_seconds) {
  expect_like(probe, request);
  const Sourced<double>& token = probe.device_seconds_per_token;
  const auto share = [&](double seconds) { return std::min(1.0, roofline_seconds / seconds); };
  const double low = token.bounds ? token.bounds->low : token.value;
  const double high = token.bounds ? token.bounds->high : token.value;
  PlannedEfficiency made{
      .estimate = EfficiencyEstimate{share(token.value), share(high), share(low)},
      .basis = fmt::format("layers timed on {} ({}, --probe), {:.4g} s a token", probe.device_name,
                           probe.created_utc, token.value)};
  for (const std::string& missing : probe.missing) {
    made.warnings.push_back("not in the probe: " + missing);
  }
  if (token.value < roofline_seconds) made.warnings.emplace_back(kAboveRoofline);
  return made;
}

// Own MFU: exact, since nobody measured it.
PlannedEfficiency of_mfu(double mfu, const ModelSpec& spec, const Device& device,
                         const TrainingRequest& request, double roofline_seconds) {
  if (!(mfu > 0 && mfu <= 1)) {
    throw ConfigError(
        fmt::format("[plan] --mfu is a share of the peak, above 0 and at most 1: {}", mfu));
  }
  const double flops = flops_per_token(spec, FlopConvention::kExactCausal, request.seq_len).value();
  const double peak = device.peak_flops.at(request.precision).measure.value;
  const double share = mfu * peak / flops * roofline_seconds;
  PlannedEfficiency made{.estimate = EfficiencyEstimate{share, share, share},
                         .basis = fmt::format("an MFU of {:.4g} % (--mfu)", 100 * mfu),
                         .warnings = {},
                         .provenance = Provenance::kAssumed};
  if (share > 1) made.warnings.emplace_back(kAboveRoofline);
  return made;
}

// Nobody published a run on this vendor's devices: what is known of others counts for less.
void widen(const std::vector<KnownEfficiency>& known, EfficiencyEstimate& estimate) {
  double lowest = 1;
  for (const KnownEfficiency& row : known) lowest = std::min(lowest, row.efficiency);
  const double down = estimate.low / estimate.median;
  estimate.low = std::min(estimate.median * down * down, lowest / 2);
  const double up = estimate.high / estimate.median;
  estimate.high = std::min(1.0, estimate.median * up * up);
}

}  // namespace

PlannedEfficiency planned_efficiency(const ModelSpec& spec, const Device& device,
                                     const TrainingRequest& request, double roofline_seconds,
                                     const std::vector<PublishedThroughput>& published,
                                     const Registry& registry) {
  if (request.probe) return of_probe(*request.probe, request, roofline_seconds);
  if (request.mfu) return of_mfu(*request.mfu, spec, device, request, roofline_seconds);
  PlannedEfficiency made;
  const bool kind_known = any_device(
      published, registry, [&](const Device& other) { return other.kind == device.kind; });
  if (!kind_known) {
    made.basis = fmt::format(
        "no published training speed is of a {}, so nothing says what share of its roofline {} "
        "reaches{}",
        device.kind, device.id, device.kind == "cpu" ? "" : " (--probe takes measured layers)");
    return made;
  }
  const std::vector<KnownEfficiency> known = known_efficiencies(published, registry);
  made.estimate = EfficiencyModel(known).predict(
      efficiency_case(spec, device, request.precision, request.seq_len, request.software));
  made.basis = fmt::format("share of the roofline as in {} published runs", known.size());
  const auto same_vendor = [&](const Device& other) { return other.vendor == device.vendor; };
  const auto same_chip = [&](const Device& other) {
    return other.architecture == device.architecture;
  };
  if (!any_device(published, registry, same_vendor)) {
    widen(known, *made.estimate);
    made.warnings.push_back(fmt::format(
        "no published run is on {}'s devices: the interval is widened, its low end to at most half "
        "the lowest published share",
        device.vendor));
  } else if (!any_device(published, registry, same_chip)) {
    made.warnings.push_back(
        fmt::format("no published run is on {}: its efficiency is that of other architectures",
                    device.architecture));
  }
  return made;
}

}  // namespace assay
