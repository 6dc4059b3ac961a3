#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/comparison/comparison.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/training_compute.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

// Stops, stragglers and what the probe leaves out: a run may take up to this much longer.
constexpr double kMostOverLayers = 3.0;
constexpr double kTokensOfRate = 1e12;
constexpr double kSecondsOfHour = 3600;

/// How much faster the claim's device is than the timed one, for the lines of a probe.
struct DeviceRatio {
  double value = 1;
  std::string name;  ///< "dense BF16 peak 989.4 / 989.4 TFLOP/s"
};

/// A group of lines with one ratio.
struct ScaledLines {
  double value = 0;
  double low = 0;
  double high = 0;
};

std::optional<DeviceRatio> figure_ratio(const std::optional<SourcedMeasure>& timed,
                                        const std::optional<SourcedMeasure>& claimed,
                                        const std::string& name) {
  if (!timed || !claimed) return std::nullopt;
  return DeviceRatio{claimed->measure.value / timed->measure.value,
                     fmt::format("{} {} / {}", name, claimed->measure.text, timed->measure.text)};
}

std::optional<DeviceRatio> peak_ratio(const RuleContext& context, const std::string& timed,
                                      const std::string& claimed) {
  const std::optional<Peak> from = headline_peak(context, timed);
  const std::optional<Peak> to = headline_peak(context, claimed);
  if (!from || !to) return std::nullopt;
  return DeviceRatio{
      to->term.value / from->term.value,
      fmt::format("16-bit peak {} / {} TFLOP/s", readable_text(to->term.value / 1e12, 4),
                  readable_text(from->term.value / 1e12, 4))};
}

// Nothing where a figure of either device is not known.
std::optional<DeviceRatio> ratio_of(const RuleContext& context, ProbeScaling scaling,
                                    const std::string& timed, const std::string& claimed) {
  const auto& known = context.registry().devices();
  if (!known.contains(timed) || !known.contains(claimed)) return std::nullopt;
  const Device& from = known.at(timed);
  const Device& to = known.at(claimed);
  switch (scaling) {
    case ProbeScaling::kPeak:
      return peak_ratio(context, timed, claimed);
    case ProbeScaling::kBandwidth:
      return figure_ratio(from.bandwidth, to.bandwidth, "memory bandwidth");
    case ProbeScaling::kInterconnect:
      return figure_ratio(from.interconnect, to.interconnect, "interconnect");
    case ProbeScaling::kNone:
      return DeviceRatio{};
  }
  return std::nullopt;
}

std::map<ProbeScaling, ScaledLines> grouped(const ProbeRecord& probe) {
  std::map<ProbeScaling, ScaledLines> groups;
  for (const ProbeLine& line : probe.lines) {
    ScaledLines& group = groups[line.scaling];
    group.value += line.value;
    group.low += line.low;
    group.high += line.high;
  }
  return groups;
}

/// What a probe says of the claim's device, in GPU-hours a trillion tokens.
struct ImpliedRate {
  Term term;
  std::string ratios;
  double peak_low = 0;  ///< of its lower bound, what products take
};

std::optional<ImpliedRate> implied_rate(const RuleContext& context, const ProbeRecord& probe,
                                        const std::string& claimed) {
  ImpliedRate rate;
  Bounds<double> bounds{0, 0};
  std::optional<Term> sum;
  const double to_rate = kTokensOfRate / kSecondsOfHour;
  for (const auto& [scaling, lines] : grouped(probe)) {
    const std::optional<DeviceRatio> ratio = ratio_of(context, scaling, probe.device, claimed);
    if (!ratio) return std::nullopt;
    const Term part = constant(lines.value) / constant(ratio->value);
    sum = sum ? *sum + part : part;
    bounds.low += lines.low / ratio->value * to_rate;
    bounds.high += lines.high / ratio->value * to_rate;
    if (scaling == ProbeScaling::kPeak) rate.peak_low = lines.low / ratio->value * to_rate;
    if (!ratio->name.empty()) {
      rate.ratios += (rate.ratios.empty() ? "" : ", ") + ratio->name;
    }
  }
  if (!sum) return std::nullopt;
  rate.term = *sum * constant(kTokensOfRate) / constant(kSecondsOfHour);
  rate.term.bounds = bounds;
  return rate;
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

// How much faster products can be in the narrowest precision that the claim's run may have used
// than in the 16 bits that were timed.
double precision_gain(const RuleContext& context, const ClaimPart& part) {
  const std::string device = context.device(part);
  const std::optional<Peak> timed = headline_peak(context, device);
  const std::optional<Peak> most = highest_peak(context, device, context.precision(part));
  return timed && most ? std::max(1.0, most->term.value / timed->term.value) : 1.0;
}

// The registry's shape of that model at the time of the probe must be the shape of today.
bool same_shape(const RuleContext& context, const ProbeRecord& probe) {
  const auto found = context.registry().models().find(probe.model);
  return found != context.registry().models().end() &&
         found->second.config_toml == probe.model_toml;
}

Finding not_applicable(const RuleContext& context, std::string sentence) {
  return plain_finding(context, CheckKind::kMeasurement, "layer_probe", CheckResult::kNotApplicable,
                       std::move(sentence));
}

void show_probe(const RuleContext& context, const ProbeRecord& probe, Finding& finding) {
  for (const ProbeLine& line : probe.lines) {
    finding.check.inputs.push_back(
        {.name = line.name,
         .text = fmt::format("{:.4g} s/token ({:.4g} to {:.4g}): {}", line.value, line.low,
                             line.high, line.basis),
         .source = probe.device_seconds_per_token.source,
         .mark = std::string(to_string(line.provenance)),
         .url = {}});
  }
  for (const std::string& missing : probe.missing) {
    finding.check.inputs.push_back({.name = context.say("not_stated"),
                                    .text = missing,
                                    .source = probe.device_seconds_per_token.source,
                                    .mark = "",
                                    .url = {}});
  }
}

Finding judged(const RuleContext& context, const ClaimPart& part, const ProbeRecord& probe,
               const ImpliedRate& rate, const Term& claimed) {
  const Bounds<double>& layers = rate.term.bounds;
  const double gain = precision_gain(context, part);
  // Products in a narrower precision than the timed one take less time, down to this.
  const double least = layers.low - rate.peak_low + rate.peak_low / gain;
  const bool fits = intervals_meet(claimed.bounds, {least, layers.high * kMostOverLayers});
  const auto hours = [](double value) { return readable_text(value, 4); };
  std::string sentence =
      context.say("probe", context.device(part), readable_text(claimed.value, "gpu_h/Ttoken"),
                  probe.device_name, hours(rate.term.value), hours(layers.low), hours(layers.high),
                  rate.ratios, probe.precision);
  if (gain > 1) sentence += " " + context.say("probe_precision", probe.precision, hours(least));
  if (!probe.missing.empty()) {
    sentence += " " + context.say("probe_missing", std::to_string(probe.missing.size()));
  }
  return plain_finding(context, CheckKind::kMeasurement, "layer_probe",
                       fits ? CheckResult::kPass : CheckResult::kFlag, std::move(sentence));
}

// A part of the probe's model that states what the layers can be held against.
void judge_probe(const RuleContext& context, const ClaimPart& part, const ProbeRecord& probe,
                 const Term& claimed, Findings& findings) {
  const std::string device = context.device(part);
  const auto named = [&](const std::string& id) {
    return id.empty() ? context.say("not_stated") : id;
  };
  if (!probe.is_evidence()) {
    findings.list.push_back(not_applicable(
        context, context.say("probe_no_evidence", named(device), probe.device_name,
                             named(probe.device), std::to_string(probe.width_divisor))));
    return;
  }
  if (!same_shape(context, probe)) {
    findings.list.push_back(not_applicable(context, context.say("probe_shape", probe.model)));
    return;
  }
  const std::optional<ImpliedRate> rate = implied_rate(context, probe, device);
  if (!rate) {
    findings.list.push_back(not_applicable(
        context,
        context.say("probe_not_scaled", probe.device_name, named(probe.device), named(device))));
    return;
  }
  Finding finding = judged(context, part, probe, *rate, claimed);
  finding.check.formula = formula_text(rate->term, "gpu_h/Ttoken");
  finding.check.computed = check_number(rate->term, "gpu_h/Ttoken");
  finding.check.expected = check_number(claimed, "gpu_h/Ttoken");
  // Ratios of data sheets stand between another device's times and the claim's.
  const Provenance scaled = probe.device == device ? Provenance::kMeasured : Provenance::kDerived;
  finding.check.provenance = weakest(scaled, probe.device_seconds_per_token.provenance);
  show_probe(context, probe, finding);
  for (const TermInput& input : claimed.inputs) finding.check.inputs.push_back(input.shown);
  findings.list.push_back(std::move(finding));
}

}  // namespace

void layer_probes(const RuleContext& context, Findings& findings) {
  std::vector<const ClaimPart*> parts;
  if (const ClaimPart* part = context.pretraining()) parts.push_back(part);
  for (const ClaimPart& run : context.claim().runs) parts.push_back(&run);
  for (const ProbeRecord& probe : context.evidence().probes) {
    bool same_model = false;
    bool judged = false;
    for (const ClaimPart* part : parts) {
      if (probe.model != context.model(*part)) continue;
      same_model = true;
      const std::optional<Term> claimed = claimed_rate(context, *part);
      if (!claimed) continue;
      judge_probe(context, *part, probe, *claimed, findings);
      judged = true;
    }
    if (judged || is_context_kind(context.claim().kind)) continue;
    const std::string model = context.model(context.claim().total);
    findings.list.push_back(not_applicable(
        context, same_model
                     ? context.say("probe_no_rate", probe.model)
                     : context.say("probe_other_model", probe.model,
                                   model.empty() ? context.say("model_not_stated") : model)));
  }
}

}  // namespace assay::audit
