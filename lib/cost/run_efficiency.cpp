#include "cost/run_efficiency.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "error/error.h"

namespace assay {
namespace {

// FLOPs of the steps that are not warm-up, by their number for a token of a sequence length; each
// stage has its own.
template <class PerToken>
std::optional<Flops> timed_flops(const RunManifest& manifest, const StepTotals& totals,
                                 PerToken per_token) {
  Flops sum;
  for (const StageInfo& stage : manifest.stages) {
    const auto tokens = totals.timed_tokens_by_stage.find(stage.name);
    if (tokens == totals.timed_tokens_by_stage.end()) continue;
    sum += per_token(stage.seq_len) * tokens->second.value();
  }
  if (sum <= Flops(0)) return std::nullopt;
  return sum;
}

// What the manifest says of it; nothing in records that are older than the setting.
std::optional<Recompute> recompute_of(const RunManifest& manifest) {
  if (manifest.recompute.empty()) return std::nullopt;
  const std::optional<Recompute> known = recompute_named(manifest.recompute);
  if (!known) {
    throw DataError(fmt::format("[cost] the manifest has an unknown recompute setting: {}: \"{}\"",
                                manifest.run_id, manifest.recompute));
  }
  return known;
}

bool same_devices(const RunManifest& manifest) {
  return std::all_of(manifest.devices.begin(), manifest.devices.end(),
                     [&](const DeviceInfo& d) { return d.name == manifest.devices.front().name; });
}

std::optional<HardwareUtilisation> hardware_utilisation(const RunManifest& manifest,
                                                        const StepTotals& totals,
                                                        const ModelSpec& spec,
                                                        const std::optional<RateCeiling>& ceiling) {
  const std::optional<Recompute> recompute = recompute_of(manifest);
  if (!recompute) return std::nullopt;
  const std::optional<Flops> flops = timed_flops(manifest, totals, [&](int64_t seq_len) {
    return hardware_flops_per_token(spec, *recompute, seq_len);
  });
  if (!flops) return std::nullopt;
  const auto num_devices = static_cast<double>(manifest.devices.size());
  HardwareUtilisation row{.recompute = *recompute,
                          .flops = *flops,
                          .achieved = *flops / totals.timed_wall / num_devices,
                          .share = std::nullopt};
  if (ceiling) row.share = row.achieved / ceiling->rate;
  return row;
}

std::optional<PeakShare> fp8_share(const RunManifest& manifest, const Device* registered,
                                   FlopsPerSecond achieved) {
  if (manifest.precision != "fp8" || registered == nullptr || !same_devices(manifest)) {
    return std::nullopt;
  }
  const auto peak = registered->peak_flops.find("fp8");
  if (peak == registered->peak_flops.end()) return std::nullopt;
  return PeakShare{.name = fmt::format("{} dense fp8 peak", registered->id),
                   .source = peak->second.source.key,
                   .share = achieved / FlopsPerSecond(peak->second.measure.value)};
}

}  // namespace

std::optional<RateCeiling> rate_ceiling(const DeviceInfo& device, const Device* registered) {
  if (registered != nullptr) {
    for (const char* dtype : {"bf16", "fp16"}) {
      const auto peak = registered->peak_flops.find(dtype);
      if (peak == registered->peak_flops.end()) continue;
      return RateCeiling{.rate = FlopsPerSecond(peak->second.measure.value),
                         .is_peak = true,
                         .name = fmt::format("{} dense {} peak", registered->id, dtype),
                         .source = peak->second.source.key};
    }
  }
  if (device.measured_ceiling_flops.value_or(0) <= 0) return std::nullopt;
  return RateCeiling{
      .rate = FlopsPerSecond(*device.measured_ceiling_flops),
      .is_peak = false,
      .name = fmt::format("measured_ceiling ({} matrix products)", device.ceiling_dtype),
      .source = "measured when the run started"};
}

RunEfficiency run_efficiency(const RunRecord& record, const ModelSpec& spec,
                             const Device* registered) {
  RunEfficiency result;
  const RunManifest& manifest = record.manifest();
  const StepTotals totals = step_totals(record);
  const Seconds wall = totals.timed_wall;
  if (manifest.devices.empty() || wall <= Seconds(0)) {
    result.unavailable = "no timed step";
    return result;
  }
  if (same_devices(manifest)) result.ceiling = rate_ceiling(manifest.devices.front(), registered);
  if (!result.ceiling) {
    result.unavailable = same_devices(manifest)
                             ? "the device is not in the registry and no ceiling was measured"
                             : "the run held different devices";
  }
  constexpr std::array kOrder{FlopConvention::kExactCausal, FlopConvention::kExactFull,
                              FlopConvention::kSixNd};
  const auto num_devices = static_cast<double>(manifest.devices.size());
  for (const FlopConvention convention : kOrder) {
    const std::optional<Flops> flops = timed_flops(manifest, totals, [&](int64_t seq_len) {
      return flops_per_token(spec, convention, seq_len);
    });
    if (!flops) {
      result.unavailable = "no timed step belongs to a stage of the manifest";
      return result;
    }
    Utilisation row{.convention = convention,
                    .flops = *flops,
                    .achieved = *flops / wall / num_devices,
                    .share = std::nullopt};
    if (result.ceiling) row.share = row.achieved / result.ceiling->rate;
    result.conventions.push_back(row);
  }
  result.fp8 = fp8_share(manifest, registered, result.conventions.front().achieved);
  result.hardware = hardware_utilisation(manifest, totals, spec, result.ceiling);
  return result;
}

}  // namespace assay
