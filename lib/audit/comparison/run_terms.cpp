#include "audit/comparison/run_terms.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <sstream>

#include "audit/output/number_text.h"
#include "error/error.h"

namespace assay::audit {
namespace {

constexpr size_t kLeastEvaluations = 3;

std::string data_text(const RunManifest& manifest) {
  std::string text;
  for (const FileDigest& file : manifest.data) {
    text += fmt::format("{}{}", text.empty() ? "" : " ", file.sha256.substr(0, 12));
  }
  return text;
}

// One reason for each property in which the runs differ, with both values.
void require_same(const std::vector<RunRecord>& runs, std::string_view what,
                  std::string (*property)(const RunManifest&), std::vector<std::string>& reasons) {
  const std::string first = property(runs.front().manifest());
  if (first.empty()) {
    reasons.push_back(fmt::format("{} of {} are not known", what, runs.front().dir.string()));
    return;
  }
  for (const RunRecord& run : runs) {
    for (const RunManifest& manifest : run.manifests) {
      const std::string other = property(manifest);
      if (other == first) continue;
      reasons.push_back(fmt::format("{} differ: {} has \"{}\", {} has \"{}\"", what,
                                    runs.front().dir.string(), first, run.dir.string(), other));
      return;
    }
  }
}

std::vector<LossCurve> curves_of(const std::vector<RunRecord>& runs,
                                 std::vector<std::string>& reasons) {
  std::vector<LossCurve> curves;
  for (const RunRecord& run : runs) {
    curves.push_back(smoothed(loss_curve(run)));
    if (curves.back().points.size() < kLeastEvaluations) {
      reasons.push_back(
          fmt::format("{} has {} evaluations on one part of the validation data; {} are needed "
                      "(train.eval_every)",
                      run.dir.string(), curves.back().points.size(), kLeastEvaluations));
    } else if (curves.back().measured_on != curves.front().measured_on) {
      reasons.push_back(fmt::format("{} was evaluated on \"{}\", {} on \"{}\"",
                                    runs.front().dir.string(), curves.front().measured_on,
                                    run.dir.string(), curves.back().measured_on));
    }
  }
  return curves;
}

// What runs must have in common; empty where one of it is not known.
std::string terms_of(const RunRecord& run, const LossCurve& curve) {
  std::string terms;
  for (const RunManifest& manifest : run.manifests) {
    const std::string one = fmt::format("{}\n{}\n{}\n{}", device_text(manifest),
                                        data_text(manifest), manifest.tokenizer, curve.measured_on);
    if (!terms.empty() && one != terms) return {};
    terms = one;
  }
  const bool known = !run.manifest().devices.empty() && !run.manifest().data.empty() &&
                     curve.points.size() >= kLeastEvaluations;
  return known ? terms : std::string();
}

// The runs among them that are on like terms, setting beside setting.
std::string nearest_text(const std::vector<RunRecord>& runs, const std::vector<LossCurve>& curves) {
  std::map<std::string, std::vector<const RunRecord*>> alike;
  for (size_t i = 0; i < runs.size(); ++i) {
    const std::string terms = terms_of(runs[i], curves[i]);
    if (!terms.empty()) alike[terms].push_back(&runs[i]);
  }
  std::string text;
  for (const auto& [terms, group] : alike) {
    std::set<std::string> settings;
    std::string names;
    for (const RunRecord* run : group) {
      settings.insert(setting_key(run->manifest()));
      names += (names.empty() ? "" : " ") + run->dir.string();
    }
    if (settings.size() > 1) text += (text.empty() ? "" : ", or ") + names;
  }
  return text.empty() ? "no two of them are on like terms" : "on like terms are " + text;
}

void refuse(const std::vector<std::string>& reasons, const std::vector<RunRecord>& runs,
            const std::vector<LossCurve>& curves) {
  if (reasons.empty()) return;
  throw DataError(fmt::format("[compare] the runs cannot be compared: {}; {}",
                              printable(fmt::format("{}", fmt::join(reasons, "; "))),
                              printable(nearest_text(runs, curves))));
}

}  // namespace

std::string device_text(const RunManifest& manifest) {
  std::string text;
  for (const DeviceInfo& device : manifest.devices) {
    text += fmt::format("{}{} {}", text.empty() ? "" : " + ", device.kind, device.name);
  }
  const bool cpu = !manifest.devices.empty() && manifest.devices.front().kind == "cpu";
  return cpu ? fmt::format("{}, {} threads", text, manifest.num_threads) : text;
}

std::string setting_key(const RunManifest& manifest) {
  constexpr std::array kTables{"[model]", "[data]", "[train]", "[optimizer]", "[schedule]"};
  constexpr std::array kLeftOut{
      "seed =", "eval_every =", "final_eval_tokens =", "prepared_folder =", "dictionary_folder ="};
  std::istringstream lines(manifest.config_toml);
  std::string key;
  std::string table;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('[')) table = line;
    const bool trains = std::find(kTables.begin(), kTables.end(), table) != kTables.end();
    const bool left_out = std::any_of(kLeftOut.begin(), kLeftOut.end(),
                                      [&](const char* name) { return line.starts_with(name); });
    if (trains && !left_out) key += line + "\n";
  }
  return key;
}

std::vector<LossCurve> curves_on_like_terms(const std::vector<RunRecord>& runs) {
  std::vector<std::string> reasons;
  require_same(runs, "devices", device_text, reasons);
  require_same(runs, "data", data_text, reasons);
  require_same(
      runs, "tokenizers", [](const RunManifest& manifest) { return manifest.tokenizer; }, reasons);
  const std::vector<LossCurve> curves = curves_of(runs, reasons);
  refuse(reasons, runs, curves);
  return curves;
}

}  // namespace assay::audit
