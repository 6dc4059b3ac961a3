#include "audit/comparison/run_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "audit/comparison/run_terms.h"
#include "audit/comparison/seed_spread.h"
#include "audit/output/number_text.h"
#include "cost/loss_curve.h"
#include "cost/run_prices.h"
#include "error/error.h"

namespace assay::audit {
namespace {

// Indices of runs by setting, in the order in which settings come.
std::vector<std::vector<size_t>> groups_of(const std::vector<RunRecord>& runs) {
  std::vector<std::string> keys;
  std::vector<std::vector<size_t>> groups;
  for (size_t i = 0; i < runs.size(); ++i) {
    const std::string key = setting_key(runs[i].manifest());
    const auto at = static_cast<size_t>(std::find(keys.begin(), keys.end(), key) - keys.begin());
    if (at == keys.size()) {
      keys.push_back(key);
      groups.emplace_back();
    }
    for (const size_t other : groups[at]) {
      if (runs[other].manifest().seed != runs[i].manifest().seed) continue;
      throw DataError(fmt::format("[compare] {} and {} are of one setting and seed",
                                  runs[other].dir.string(), runs[i].dir.string()));
    }
    groups[at].push_back(i);
  }
  if (groups.size() < 2) {
    throw DataError(
        fmt::format("[compare] the runs are of one setting, so there is nothing to compare: {}",
                    runs.front().manifest().model_id));
  }
  return groups;
}

/// The lowest loss that every run comes to, and the highest that every run passes.
struct CommonLosses {
  double lowest = 0;
  double highest = 0;
};

CommonLosses common_losses(const std::vector<RunRecord>& runs,
                           const std::vector<LossCurve>& curves) {
  CommonLosses common{curves.front().points.back().loss, curves.front().points.front().loss};
  size_t worst = 0;
  size_t best_start = 0;
  for (size_t i = 0; i < curves.size(); ++i) {
    if (curves[i].points.back().loss > common.lowest) {
      common.lowest = curves[i].points.back().loss;
      worst = i;
    }
    if (curves[i].points.front().loss < common.highest) {
      common.highest = curves[i].points.front().loss;
      best_start = i;
    }
  }
  if (common.lowest < common.highest) return common;
  throw DataError(fmt::format(
      "[compare] the runs come to no common loss: the best of {} is {}, and the first evaluation "
      "of {} is at {} already",
      runs[worst].dir.string(), readable_text(common.lowest, 4), runs[best_start].dir.string(),
      readable_text(common.highest, 4)));
}

struct GroupCosts {
  std::vector<double> device_seconds;
  std::vector<double> tokens;
};

GroupCosts costs_at(const std::vector<LossCurve>& curves, const std::vector<size_t>& group,
                    double loss) {
  GroupCosts costs;
  for (const size_t i : group) {
    const std::optional<LossCost> cost = cost_at_loss(curves[i], loss);
    if (!cost) throw InternalError("[compare] a common loss is not on a curve");
    costs.device_seconds.push_back(cost->device_time.value());
    costs.tokens.push_back(cost->tokens.value());
  }
  return costs;
}

void add_ratios(const std::vector<LossCurve>& curves,
                const std::vector<std::vector<size_t>>& groups, double loss,
                std::vector<SettingRatio>& ratios) {
  const GroupCosts first = costs_at(curves, groups.front(), loss);
  for (size_t g = 1; g < groups.size(); ++g) {
    const GroupCosts other = costs_at(curves, groups[g], loss);
    ratios.push_back({g, loss, seed_ratio(other.device_seconds, first.device_seconds),
                      seed_ratio(other.tokens, first.tokens)});
  }
}

ComparedSetting setting_of(const std::vector<RunRecord>& runs, const std::vector<LossCurve>& curves,
                           const std::vector<size_t>& group, double loss) {
  const RunManifest& manifest = runs[group.front()].manifest();
  const GroupCosts costs = costs_at(curves, group, loss);
  ComparedSetting setting{
      .name = manifest.model_id.empty() ? manifest.model_family : manifest.model_id,
      .runs = {},
      .seeds = {},
      .num_parameters = manifest.num_parameters,
      .device_seconds = seed_mean(costs.device_seconds),
      .tokens = seed_mean(costs.tokens),
      .money = {}};
  for (const size_t i : group) {
    setting.runs.push_back(runs[i].dir.string());
    setting.seeds.push_back(runs[i].manifest().seed);
  }
  return setting;
}

void add_money(const std::vector<RunRecord>& runs, RunComparison& comparison) {
  const RunManifest& first = runs.front().priced_manifest();
  const auto price = rent_of(first);
  const bool common = price && std::all_of(runs.begin(), runs.end(), [&](const RunRecord& run) {
                        return run.priced_manifest().price_text == first.price_text;
                      });
  if (!common) return;
  comparison.currency = price->value.per_gpu_hour.currency;
  for (ComparedSetting& setting : comparison.settings) {
    setting.money =
        setting.device_seconds.mean / kSecondsPerHour * price->value.per_gpu_hour.amount;
  }
}

void add_notes(const std::vector<RunRecord>& runs, RunComparison& comparison) {
  std::set<std::string> binaries;
  double slowest = 0;
  double fastest = 0;
  for (const RunRecord& run : runs) {
    for (const RunManifest& manifest : run.manifests) {
      binaries.insert(manifest.binary.sha256);
      for (const DeviceInfo& device : manifest.devices) {
        const double ceiling = device.measured_ceiling_flops.value_or(0);
        if (ceiling <= 0) continue;
        slowest = slowest > 0 ? std::min(slowest, ceiling) : ceiling;
        fastest = std::max(fastest, ceiling);
      }
    }
  }
  constexpr double kSteady = 1.1;
  if (binaries.size() > 1) comparison.notes.emplace_back("note_other_binaries");
  if (slowest > 0 && fastest > kSteady * slowest) comparison.notes.emplace_back("note_unsteady");
  const bool one_seed =
      std::any_of(comparison.settings.begin(), comparison.settings.end(),
                  [](const ComparedSetting& setting) { return setting.runs.size() < 2; });
  if (one_seed) comparison.notes.emplace_back("note_one_seed");
}

/// Settings of one name are told apart by their first run.
void name_apart(std::vector<ComparedSetting>& settings) {
  std::map<std::string, int> count;
  for (const ComparedSetting& setting : settings) ++count[setting.name];
  for (ComparedSetting& setting : settings) {
    if (count.at(setting.name) > 1) {
      setting.name = fmt::format("{} ({})", setting.name, setting.runs.front());
    }
  }
}

}  // namespace

RunComparison compare_runs(const std::vector<RunRecord>& runs) {
  const std::vector<LossCurve> curves = curves_on_like_terms(runs);
  const std::vector<std::vector<size_t>> groups = groups_of(runs);
  const CommonLosses common = common_losses(runs, curves);
  RunComparison comparison{.device = device_text(runs.front().manifest()),
                           .measured_on = curves.front().measured_on,
                           .currency = {},
                           .loss = common.lowest,
                           .settings = {},
                           .ratios = {},
                           .others = {},
                           .notes = {}};
  for (const std::vector<size_t>& group : groups) {
    comparison.settings.push_back(setting_of(runs, curves, group, common.lowest));
  }
  name_apart(comparison.settings);
  add_ratios(curves, groups, common.lowest, comparison.ratios);
  for (const double share : {0.75, 0.5, 0.25}) {
    add_ratios(curves, groups, common.lowest + share * (common.highest - common.lowest),
               comparison.others);
  }
  add_money(runs, comparison);
  add_notes(runs, comparison);
  return comparison;
}

}  // namespace assay::audit
