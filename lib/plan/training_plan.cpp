#include "plan/training_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "error/error.h"
#include "plan/plan_figure.h"
#include "plan/plan_fit.h"
#include "plan/plan_money.h"
#include "plan/plan_warnings.h"
#include "plan/planned_efficiency.h"
#include "registry/known_ids.h"
#include "registry/registry_age.h"
#include "units/measure.h"

namespace assay {
namespace {

constexpr int64_t kAssumedSequence = 4096;
constexpr double kSecondsOfHour = 3600;

void check_numbers(const TrainingRequest& request) {
  constexpr double kMostTokens = 1e18;
  constexpr int64_t kMostDevices = 10'000'000;
  constexpr int64_t kLongest = 100'000'000;
  if (!(request.tokens >= 1 && request.tokens <= kMostTokens)) {
    throw ConfigError(fmt::format("[plan] tokens are 1 to 1e18: {}", request.tokens));
  }
  if (request.num_devices < 1 || request.num_devices > kMostDevices) {
    throw ConfigError(
        fmt::format("[plan] devices are 1 to {}: {}", kMostDevices, request.num_devices));
  }
  if (request.seq_len < 0 || request.seq_len > kLongest) {
    throw ConfigError(
        fmt::format("[plan] a sequence has 1 to {} tokens: {}", kLongest, request.seq_len));
  }
}

void check_software(const TrainingRequest& request, const std::vector<KnownEfficiency>& known) {
  if (request.software.empty()) return;
  std::map<std::string, bool> names;
  for (const KnownEfficiency& row : known) names.emplace(row.in.software, true);
  if (names.contains(request.software)) return;
  throw DataError("[plan] " + registry::unknown_id("software", request.software, names));
}

PlannedFigure energy(const Device& device, const Registry& registry, const Factor& hours) {
  if (!device.tdp) {
    return unknown_figure("energy", "MWh", fmt::format("the power of {} is not known", device.id));
  }
  const Band& node = registry.band("power-node");
  const double megawatts = device.tdp->measure.value / 1e6;
  return known_figure(
      "energy", "MWh",
      product(product(hours, exact_factor(megawatts)), factor_between(node.low, node.high)),
      Provenance::kAssumed,
      fmt::format("device-hours x {} ({}) x {} to {} for node and building (band "
                  "power-node)",
                  device.tdp->measure.text, device.tdp->source.key, node.low, node.high));
}

PlannedFigure carbon(const TrainingRequest& request, const Registry& registry,
                     const PlannedFigure& used) {
  if (request.grid.empty()) return unknown_figure("carbon", "tCO2e", "name a grid with --grid");
  const auto grid = registry.grids().find(request.grid);
  if (grid == registry.grids().end()) {
    throw DataError("[plan] " + registry::unknown_id("grid", request.grid, registry.grids()));
  }
  if (!used.value) return unknown_figure("carbon", "tCO2e", used.basis);
  const Measure& intensity = grid->second.intensity.measure;
  const double tonnes_per_mwh = intensity.value;  // kg/kWh
  return known_figure(
      "carbon", "tCO2e", product({*used.value, used.low, used.high}, exact_factor(tonnes_per_mwh)),
      Provenance::kAssumed,
      fmt::format("energy x {} ({}, location-based)", intensity.text, request.grid));
}

void refuse_figures(const std::string& why, TrainingPlan& plan) {
  for (const auto& [name, unit] :
       {std::pair{"throughput", "token/s/device"}, std::pair{"time", "day"},
        std::pair{"device_hours", "gpu_h"}, std::pair{"money", "USD"}, std::pair{"energy", "MWh"},
        std::pair{"carbon", "tCO2e"}, std::pair{"whole_run_time", "day"},
        std::pair{"whole_run_device_hours", "gpu_h"}, std::pair{"whole_run_money", "USD"}}) {
    plan.figures.push_back(unknown_figure(name, unit, why));
  }
}

// The same spread about another median, each side no narrower than that of `other`.
Factor at_least_as_wide(const Factor& f, const Factor& other) {
  return {f.median, f.median * std::min(f.low / f.median, other.low / other.median),
          f.median * std::max(f.high / f.median, other.high / other.median)};
}

// What is left of a spread of which `part` is known; logarithms' half-widths add by their squares.
double spread_without(double ratio, double part) {
  const double rest = std::pow(std::log(ratio), 2) - std::pow(std::log(part), 2);
  return std::exp(std::sqrt(std::max(0.0, rest)));
}

// Published trainings took their time, stops and all, beyond what their steps would have. How sure
// their speeds were is in the band; a plan that is less sure stays so.
void add_whole_run(const Registry& registry, TrainingPlan& plan) {
  const Band& band = registry.band("plan-whole-run");
  const std::vector<PlannedFigure> steady = plan.figures;
  const PlannedFigure& hours = steady[2];
  for (const PlannedFigure& one : steady) {
    if (one.name != "time" && one.name != "device_hours" && one.name != "money") continue;
    const std::string name = "whole_run_" + one.name;
    if (!one.value) {
      plan.figures.push_back(unknown_figure(name, one.unit, one.basis));
      continue;
    }
    const Factor speed{1, hours.low / *hours.value, hours.high / *hours.value};
    const Factor ratio = at_least_as_wide(factor_between(band.low, band.high), speed);
    Factor whole = product(exact_factor(*one.value), ratio);
    if (one.name == "money") {  // a price has a spread of its own
      whole = product(whole, {1, 1 / spread_without(*one.value / one.low, 1 / speed.low),
                              spread_without(one.high / *one.value, speed.high)});
    }
    plan.figures.push_back(known_figure(
        name, one.unit, whole, Provenance::kAssumed,
        fmt::format("{} x {} to {}: what whole published trainings took (band {}){}", one.name,
                    band.low, band.high, band.id,
                    ratio.high > band.high * (1 + 1e-9) ? ", or as unsure as the speed" : "")));
  }
}

void fill_figures(const Device& device, const Registry& registry, Provenance provenance,
                  TrainingPlan& plan) {
  const TrainingRequest& request = plan.request;
  const Factor share{plan.efficiency->median, plan.efficiency->low, plan.efficiency->high};
  const Factor rate = product(share, exact_factor(1 / plan.roofline.total()));
  const Factor hours = product(inverse(rate), exact_factor(request.tokens / kSecondsOfHour));
  const auto count = static_cast<double>(request.num_devices);
  plan.figures.push_back(
      known_figure("throughput", "token/s/device", rate, provenance, plan.efficiency_basis));
  plan.figures.push_back(known_figure("time", "day", product(hours, exact_factor(1 / (24 * count))),
                                      provenance,
                                      "tokens / throughput / devices; no stops or repeated work"));
  plan.figures.push_back(
      known_figure("device_hours", "gpu_h", hours, provenance, "tokens / throughput"));
  plan.figures.push_back(planned_money(request, registry, hours));
  plan.figures.push_back(energy(device, registry, hours));
  plan.figures.push_back(carbon(request, registry, plan.figures.back()));
  add_whole_run(registry, plan);
}

const ModelSpec& shape_of(const TrainingRequest& request, const Registry& registry) {
  if (request.shape) return *request.shape;
  const RegisteredModel& model = registry.model(request.model);
  if (!model.spec) {
    throw DataError(
        fmt::format("[plan] no shape of {} is registered: nothing to reckon with", request.model));
  }
  return *model.spec;
}

/// What stands in for what the request does not say.
void assume(const ModelSpec& spec, TrainingPlan& plan) {
  TrainingRequest& request = plan.request;
  if (request.seq_len == 0) {
    request.seq_len =
        request.probe ? request.probe->seq_len : std::min(kAssumedSequence, spec.max_seq_len);
    plan.assumptions.push_back(fmt::format("sequences of {} tokens (--seq-len)", request.seq_len));
  }
  if (request.probe) {
    plan.assumptions.emplace_back("the steps of a run as fast as the layers that were timed");
  } else if (request.mfu) {
    plan.assumptions.emplace_back("the MFU, with no interval of its own");
  } else if (request.software.empty()) {
    plan.assumptions.emplace_back(
        "any of the published software (--software narrows the interval)");
  }
}

/// The published runs that the efficiency rests on.
void rest_on(const std::vector<KnownEfficiency>& known,
             const std::vector<PublishedThroughput>& published, TrainingPlan& plan) {
  const TrainingRequest& request = plan.request;
  plan.num_known = known.size();
  plan.num_like = static_cast<size_t>(std::count_if(
      known.begin(), known.end(),
      [&](const KnownEfficiency& row) { return row.in.software == request.software; }));
  for (const PublishedThroughput& run : published) {
    const bool like = plan.num_like == 0 || run.software == request.software;
    if (like && !request.mfu) plan.rests_on.push_back(run);
  }
}

}  // namespace

TrainingPlan plan_training(const TrainingRequest& request, const Registry& registry,
                           const std::vector<PublishedThroughput>& published) {
  check_numbers(request);
  const ModelSpec& spec = shape_of(request, registry);
  const Device& device = registry.device(request.device);
  TrainingPlan plan{.request = request};
  const std::vector<KnownEfficiency> known = known_efficiencies(published, registry);
  check_software(request, known);
  assume(spec, plan);
  plan.roofline = roofline_time(spec, device, request.precision, plan.request.seq_len);
  rest_on(known, published, plan);
  const PlannedEfficiency planned =
      planned_efficiency(spec, device, plan.request, plan.roofline.total(), published, registry);
  plan.efficiency = planned.estimate;
  plan.efficiency_basis = planned.basis;
  const double per_token =
      flops_per_token(spec, FlopConvention::kExactCausal, plan.request.seq_len).value();
  plan.flops = per_token * request.tokens;
  plan.peak_flops = device.peak_flops.at(request.precision).measure.value;
  if (plan.efficiency) {
    plan.mfu = plan.efficiency->median / plan.roofline.total() * per_token / plan.peak_flops;
  }
  plan.warnings = plan_warnings(spec, plan.request, published, registry);
  if (plan.mfu) {
    const std::string above = above_known_runs(*plan.mfu, plan.request, published, registry);
    if (!above.empty()) plan.warnings.insert(plan.warnings.begin(), above);
  }
  plan.warnings.insert(plan.warnings.begin(), planned.warnings.begin(), planned.warnings.end());
  add_memory(spec, device, plan);
  if (const std::string why = reason_for_no_figures(plan); !why.empty()) {
    refuse_figures(why, plan);
  } else {
    fill_figures(device, registry, planned.provenance, plan);
  }
  return plan;
}

}  // namespace assay
