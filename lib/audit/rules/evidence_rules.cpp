#include <fmt/format.h>

#include <optional>
#include <string>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"
#include "audit/uncertainty/propagate.h"
#include "config/toml_reader.h"
#include "cost/run_efficiency.h"
#include "specs/family.h"

namespace assay::audit {
namespace {

// Layers alone leave out communication and pipeline bubbles: a run may take longer than they do,
// by up to this, but not less time.
constexpr double kMostOverLayers = 3.0;
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

// How much faster the claim's device is than the timed one, by their dense 16-bit peaks; nothing
// where either device is not known.
std::optional<double> peak_ratio(const RuleContext& context, const std::string& timed,
                                 const std::string& claimed) {
  const auto& known = context.registry().devices();
  if (!known.contains(timed) || !known.contains(claimed)) return std::nullopt;
  if (timed == claimed) return 1.0;
  const std::optional<Peak> a = headline_peak(context, timed);
  const std::optional<Peak> b = headline_peak(context, claimed);
  if (!a || !b) return std::nullopt;
  return b->term.value / a->term.value;
}

std::optional<Term> claimed_rate(const RuleContext& context, const ClaimPart& part) {
  if (const Figure* rate = context.find(part, "hours_per_token")) {
    return context.term(*rate, "gpu_h/Ttoken");
  }
  const std::optional<Term> hours = hours_term(context, part);
  const Figure* tokens = context.find(part, "tokens");
  if (!hours || tokens == nullptr) return std::nullopt;
  return *hours / context.term(*tokens, "Ttoken");
}

void judge_probe(const RuleContext& context, const ClaimPart& part, const ProbeRecord& probe,
                 Findings& findings) {
  if (probe.model != context.model(part)) return;
  const std::optional<Term> claimed = claimed_rate(context, part);
  if (!claimed) return;
  const std::optional<double> ratio = peak_ratio(context, probe.device, context.device(part));
  if (!ratio) {
    const auto named = [&](const std::string& device) {
      return device.empty() ? context.say("not_stated") : device;
    };
    findings.list.push_back(
        plain_finding(context, CheckKind::kMeasurement, "layer_probe", CheckResult::kNotApplicable,
                      context.say("probe_not_scaled", probe.device_name, named(probe.device),
                                  named(context.device(part)))));
    return;
  }
  const double to_rate = 1e12 / 3600 / *ratio;
  Term layers = constant(probe.device_seconds_per_token.value) * constant(1e12) / constant(3600) /
                constant(*ratio);
  layers.bounds = {probe.device_seconds_per_token.bounds->low * to_rate,
                   probe.device_seconds_per_token.bounds->high * to_rate};
  CheckResult result = CheckResult::kNotApplicable;
  if (probe.is_evidence()) {
    const bool fits =
        intervals_meet(claimed->bounds, {layers.bounds.low, layers.bounds.high * kMostOverLayers});
    result = fits ? CheckResult::kPass : CheckResult::kFlag;
  }
  Finding finding = plain_finding(
      context, CheckKind::kMeasurement, "layer_probe", result,
      context.say(probe.is_evidence() ? "probe" : "probe_no_evidence", context.device(part),
                  readable_text(claimed->value, "gpu_h/Ttoken"), probe.device_name,
                  readable_text(layers.value, 4), readable_text(layers.bounds.low, 4),
                  readable_text(layers.bounds.high, 4)));
  finding.check.formula = formula_text(layers, "gpu_h/Ttoken");
  finding.check.computed = check_number(layers, "gpu_h/Ttoken");
  finding.check.expected = check_number(*claimed, "gpu_h/Ttoken");
  finding.check.provenance = Provenance::kMeasured;
  for (const TermInput& input : claimed->inputs) finding.check.inputs.push_back(input.shown);
  findings.list.push_back(std::move(finding));
}

}  // namespace

void own_runs(const RuleContext& context, Findings& findings) {
  for (const RunRecord& run : context.evidence().runs) judge_run(context, run, findings);
}

void layer_probes(const RuleContext& context, Findings& findings) {
  const ClaimPart* part = context.pretraining();
  for (const ProbeRecord& probe : context.evidence().probes) {
    if (part != nullptr) judge_probe(context, *part, probe, findings);
    for (const ClaimPart& run : context.claim().runs) judge_probe(context, run, probe, findings);
  }
}

}  // namespace assay::audit
