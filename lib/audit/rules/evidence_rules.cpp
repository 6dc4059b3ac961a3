#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"
#include "config/toml_reader.h"
#include "cost/run_efficiency.h"
#include "specs/family.h"

namespace assay::audit {
namespace {

// The same model on the same device type: how far two runs' utilisation may lie apart.
constexpr double kRunFactor = 2.0;

ModelSpec run_spec(const RunManifest& manifest) {
  const Document document{.kind = DocumentKind::kData,
                          .module = "audit",
                          .name = "the model table of run " + manifest.run_id};
  return spec_from_table(read_toml(manifest.model_toml, document), manifest.model_id);
}

const Device* registered_device(const RuleContext& context, const DeviceInfo& device) {
  const auto found = context.registry().devices().find(device.registry_id);
  return found == context.registry().devices().end() ? nullptr : &found->second;
}

std::optional<double> causal_share(const RunEfficiency& efficiency) {
  for (const Utilisation& u : efficiency.conventions) {
    if (u.convention == FlopConvention::kExactCausal) return u.share;
  }
  return std::nullopt;
}

void judge_run(const RuleContext& context, const RunRecord& run, Findings& findings) {
  const RunManifest& manifest = run.manifest();
  if (manifest.devices.empty()) return;
  const DeviceInfo& device = manifest.devices.front();
  const RunEfficiency efficiency =
      run_efficiency(run, run_spec(manifest), registered_device(context, device));
  const std::optional<double> share = causal_share(efficiency);
  const std::string measured =
      share ? context.say("run_share", percent_text(*share), efficiency.ceiling->name)
            : context.say("run_no_share", efficiency.unavailable);
  const std::string target = context.device(context.claim().total);
  CheckResult result = CheckResult::kNotApplicable;
  std::string sentence =
      context.say(device.kind == "cpu" ? "run_cpu" : "run_other", manifest.run_id, device.name,
                  measured, target.empty() ? context.say("not_stated") : target);
  const bool same = device.kind != "cpu" && device.registry_id == target && !target.empty() &&
                    manifest.model_id == context.model(context.claim().total);
  if (same && share && findings.implied_mfu) {
    const double ratio = findings.implied_mfu->exact_causal / *share;
    const bool near = ratio <= kRunFactor && ratio >= 1 / kRunFactor;
    result = near ? CheckResult::kPass : CheckResult::kFlag;
    sentence = context.say("run_same", manifest.run_id, device.name, measured,
                           percent_text(findings.implied_mfu->exact_causal));
  }
  Finding finding =
      plain_finding(context, CheckKind::kMeasurement, "own_run", result, std::move(sentence));
  if (share) finding.check.computed = CheckNumber{*share, {}, ""};
  finding.check.provenance = Provenance::kMeasured;
  finding.check.inputs.push_back({.name = manifest.run_id,
                                  .text = measured,
                                  .source = run.dir.string(),
                                  .mark = "measured",
                                  .url = {}});
  findings.list.push_back(std::move(finding));
}

bool has_token_price(const RuleContext& context) {
  return std::ranges::any_of(context.parts(), [](const ClaimPart* part) {
    return part->find("output_price") != nullptr || part->find("input_price") != nullptr;
  });
}

}  // namespace

void own_runs(const RuleContext& context, Findings& findings) {
  for (const RunRecord& run : context.evidence().runs) {
    // What only generated is own_generation's, where the claim has a price of tokens.
    const bool only_generated = step_totals(run).timed_wall <= Seconds(0) && !run.inference.empty();
    if (!only_generated || !has_token_price(context)) judge_run(context, run, findings);
  }
}

}  // namespace assay::audit
