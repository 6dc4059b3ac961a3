#include "audit/device_variants.h"

#include <fmt/format.h>

#include <cmath>

namespace assay::audit {
namespace {

constexpr double kSamePeak = 0.005;  // a printed utilisation has three digits or so

std::string stem(const std::string& id) { return id.substr(0, id.find('-')); }

bool near(double a, double b) { return std::abs(a / b - 1) <= kSamePeak; }

std::optional<std::string> peak_of(const Device& device, double value, double factor,
                                   std::string_view word, double skip) {
  for (const auto& [dtype, peak] : device.peak_flops) {
    const double own = peak.measure.value * factor;
    if (near(value, own) && !near(own, skip)) {
      return fmt::format("{} {} {}", device.id, word, dtype);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> named_peak(const Registry& registry, const std::string& device,
                                      double flops_per_second, double skip,
                                      const std::string& precision) {
  const auto found = registry.devices().find(device);
  if (found == registry.devices().end()) return std::nullopt;
  if (const auto stated = found->second.peak_flops.find(precision);
      stated != found->second.peak_flops.end()) {
    const double dense = stated->second.measure.value;
    for (const double factor : {1.0, 2.0}) {
      if (!near(flops_per_second, dense * factor) || near(dense * factor, skip)) continue;
      return fmt::format("{} {} {}", device, factor == 1 ? "dense" : "sparse", precision);
    }
  }
  if (auto own = peak_of(found->second, flops_per_second, 1, "dense", skip)) return own;
  if (auto own = peak_of(found->second, flops_per_second, 2, "sparse", skip)) return own;
  for (const auto& [id, other] : registry.devices()) {
    if (id == device || stem(id) != stem(device)) continue;
    if (auto peak = peak_of(other, flops_per_second, 1, "dense", skip)) return peak;
  }
  return std::nullopt;
}

std::optional<std::string> variant_of_tdp(const Registry& registry, const std::string& device,
                                          double watts) {
  const auto found = registry.devices().find(device);
  if (found == registry.devices().end() || !found->second.tdp) return std::nullopt;
  if (near(watts, found->second.tdp->measure.value)) return std::nullopt;
  for (const auto& [id, other] : registry.devices()) {
    if (id == device || stem(id) != stem(device) || !other.tdp) continue;
    if (near(watts, other.tdp->measure.value)) return id;
  }
  return std::nullopt;
}

}  // namespace assay::audit
