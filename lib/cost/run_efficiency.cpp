#include "cost/run_efficiency.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay {
namespace {

// Model FLOPs of the steps that are not warm-up; each stage has its own sequence length.
std::optional<Flops> timed_flops(const RunManifest& manifest, const StepTotals& totals,
                                 const ModelSpec& spec, FlopConvention convention) {
  Flops sum;
  for (const StageInfo& stage : manifest.stages) {
    const auto tokens = totals.timed_tokens_by_stage.find(stage.name);
    if (tokens == totals.timed_tokens_by_stage.end()) continue;
    sum += flops_per_token(spec, convention, stage.seq_len) * tokens->second.value();
  }
  if (sum <= Flops(0)) return std::nullopt;
  return sum;
}

bool same_devices(const RunManifest& manifest) {
  return std::all_of(manifest.devices.begin(), manifest.devices.end(),
                     [&](const DeviceInfo& d) { return d.name == manifest.devices.front().name; });
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
    const std::optional<Flops> flops = timed_flops(manifest, totals, spec, convention);
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
  return result;
}

}  // namespace assay
