#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "audit/comparison/comparison.h"
#include "audit/output/interval_ends.h"
#include "audit/output/number_text.h"
#include "audit/rules/rules.h"
#include "audit/rules/serving_hour.h"
#include "audit/training_compute.h"
#include "config/toml_reader.h"
#include "cost/inference_use.h"
#include "specs/family.h"

namespace assay::audit {
namespace {

/// The prompts or the answers of a claim and of a run.
struct TokenSide {
  const char* price_role;
  const char* phase;  ///< id of its name
  InferencePhase InferenceUse::*of_use;
  Tokens InferenceRecord::*tokens;
  Seconds InferenceRecord::*time;
};

const std::array kTokenSides{
    TokenSide{"output_price", "gen_decode", &InferenceUse::decode, &InferenceRecord::decode_tokens,
              &InferenceRecord::decode},
    TokenSide{"input_price", "gen_prefill", &InferenceUse::prefill, &InferenceRecord::prompt_tokens,
              &InferenceRecord::prefill},
};

/// What a run measured of one side.
struct MeasuredSide {
  double rate = 0;     ///< tokens a second, per device, over all batches
  double fastest = 0;  ///< of the fastest batch
  std::string text;    ///< the run, its device and the rate in words
};

bool same_products(const ModelSpec& a, const ModelSpec& b) {
  return std::ranges::equal(a.products, b.products,
                            [](const MatrixProduct& x, const MatrixProduct& y) {
                              return x.in == y.in && x.out == y.out && x.per_token == y.per_token;
                            });
}

// By its content: a folder of weights has any name.
bool is_model(const RuleContext& context, const RunManifest& manifest, const std::string& model) {
  const auto found = context.registry().models().find(model);
  if (found == context.registry().models().end() || !found->second.spec) return false;
  const ModelSpec& claimed = *found->second.spec;
  const Document document{.kind = DocumentKind::kData,
                          .module = "audit",
                          .name = "the model table of run " + manifest.run_id};
  const ModelSpec run =
      spec_from_table(read_toml(manifest.model_toml, document), manifest.model_id);
  return run.family == claimed.family && run.num_layers == claimed.num_layers &&
         run.d_model == claimed.d_model && run.vocab_size == claimed.vocab_size &&
         run.num_experts == claimed.num_experts && run.top_k == claimed.top_k &&
         run.parameters.total == claimed.parameters.total && same_products(run, claimed);
}

std::string rate_text(const RuleContext& context, const RunRecord& run, const InferenceUse& use,
                      const TokenSide& side, double rate) {
  const RunManifest& manifest = run.manifest();
  int64_t most = 0;
  for (const InferenceRecord& batch : run.inference) most = std::max(most, batch.num_sequences);
  std::string text = context.say("gen_rate", manifest.run_id, manifest.devices.front().name,
                                 readable_text(rate, 4), context.say(side.phase),
                                 manifest.precision, std::to_string(most),
                                 use.busy ? percent_text(*use.busy) : context.say("not_stated"));
  const InferencePhase& phase = use.*side.of_use;
  if (!phase.per_million) return text;
  const Money& cost = phase.per_million->value;
  return text + context.say("gen_own_cost", readable_text(cost.amount, 3), cost.currency,
                            manifest.price_text);
}

// Nothing where the run generated nothing of that side.
std::optional<MeasuredSide> measured_side(const RuleContext& context, const RunRecord& run,
                                          const TokenSide& side) {
  const RunManifest& manifest = run.manifest();
  const auto use =
      inference_use(run, account_time(run), {.rent = rent_of(manifest)}, nullptr, nullptr);
  if (!use || !((*use).*side.of_use).rate || manifest.devices.empty()) return std::nullopt;
  const auto num_devices = static_cast<double>(manifest.devices.size());
  MeasuredSide measured{.rate = ((*use).*side.of_use).rate->value() / num_devices};
  for (const InferenceRecord& batch : run.inference) {
    if (batch.*side.tokens <= Tokens(0) || batch.*side.time <= Seconds(0)) continue;
    const double rate = (batch.*side.tokens / batch.*side.time).value() / num_devices;
    measured.fastest = std::max(measured.fastest, rate);
  }
  measured.text = rate_text(context, run, *use, side, measured.rate);
  return measured;
}

// Why the run says nothing of the part; empty where it does.
std::string no_evidence(const RuleContext& context, const ClaimPart& part, const RunRecord& run,
                        const std::string& measured) {
  const RunManifest& manifest = run.manifest();
  const std::string device = context.device(part);
  const std::string model = context.model(part);
  const auto named = [&](const std::string& id) {
    return id.empty() ? context.say("not_stated") : id;
  };
  const auto is_other = [&](const DeviceInfo& held) {
    return device.empty() || held.registry_id != device;
  };
  if (manifest.devices.front().kind == "cpu") {
    return context.say("gen_cpu", measured, named(device));
  }
  if (std::ranges::any_of(manifest.devices, is_other)) {
    return context.say("gen_device", measured, named(device));
  }
  if (!is_model(context, manifest, model)) {
    return context.say("gen_model", measured, named(model));
  }
  if (manifest.precision == "fp32") return context.say("gen_fp32", measured);
  return {};
}

// How much faster the narrowest precision that the claim admits could be than the 16 bits of the
// run: products by the peaks, and reading weights no more than that.
double narrower_gain(const RuleContext& context, const ClaimPart& part) {
  const std::string device = context.device(part);
  const std::optional<Peak> measured = headline_peak(context, device);
  const std::optional<Peak> most = highest_peak(context, device, context.precision(part));
  return measured && most ? std::max(1.0, most->term.value / measured->term.value) : 1.0;
}

Finding generation_finding(const RuleContext& context, const ClaimPart& part, const Figure& price,
                           const RunRecord& run, const std::string& measured, CheckResult result,
                           std::string sentence) {
  Finding finding = plain_finding(context, CheckKind::kMeasurement, "own_generation", result,
                                  std::move(sentence));
  finding.check.name += ": " + served_version(context, part);
  finding.check.provenance = Provenance::kMeasured;
  finding.check.inputs = {context.shown(price),
                          {.name = run.manifest().run_id,
                           .text = measured,
                           .source = run.dir.string(),
                           .mark = "measured",
                           .url = {}}};
  return finding;
}

// The cost from the kindest reading (the fastest batch, in the narrowest precision) to the run's
// own rate. Nobody needs to earn what he spends, and others' programs may be faster: a price below
// is a flag and contradicts nobody.
Finding judged_price(const RuleContext& context, const ClaimPart& part, const Figure& price,
                     const RunRecord& run, const MeasuredSide& measured, const ServingHour& hour) {
  const Figure* busy = part.find("utilisation");
  const Bounds<double> rate{measured.rate, measured.fastest * narrower_gain(context, part)};
  const Bounds<double> cost = serving_cost(hour, rate, paid_share(part));
  const bool covers = price.bounds().high >= cost.low;
  const std::string unit = hour.currency + "/Mtoken";
  const IntervalEnds ends = interval_ends(cost.low, cost.high, 3);
  Finding finding = generation_finding(
      context, part, price, run, measured.text, covers ? CheckResult::kPass : CheckResult::kFlag,
      context.say(covers ? "gen_covers" : "gen_below", measured.text, ends.low, ends.high, unit,
                  price.text(),
                  busy == nullptr ? context.say("serving_always_busy") : busy->text()));
  finding.check.formula = serving_cost_formula(hour, rate, paid_share(part));
  finding.check.computed = range_number(cost, unit);
  finding.check.expected = CheckNumber{price.measure.value, {}, unit};
  finding.check.provenance = weakest(Provenance::kMeasured, Provenance::kQuoted);
  if (busy != nullptr) finding.check.inputs.push_back(context.shown(*busy));
  for (const CheckInput& input : hour.inputs) finding.check.inputs.push_back(input);
  return finding;
}

void judge_generation(const RuleContext& context, const ClaimPart& part, const RunRecord& run,
                      const TokenSide& side, Findings& findings) {
  const Figure* price = part.find(side.price_role);
  if (price == nullptr) return;
  const std::optional<MeasuredSide> measured = measured_side(context, run, side);
  if (!measured) return;
  std::string why = no_evidence(context, part, run, measured->text);
  const std::optional<ServingHour> hour = serving_hour(context, part);
  if (why.empty() && (!hour || hour->currency != price->measure.currency)) {
    why = context.say("gen_no_price", measured->text);
  }
  if (why.empty()) {
    findings.list.push_back(judged_price(context, part, *price, run, *measured, *hour));
    return;
  }
  Finding finding = generation_finding(context, part, *price, run, measured->text,
                                       CheckResult::kNotApplicable, std::move(why));
  finding.check.computed = CheckNumber{measured->rate, {}, "token/s/gpu"};
  findings.list.push_back(std::move(finding));
}

}  // namespace

void own_generation(const RuleContext& context, Findings& findings) {
  for (const RunRecord& run : context.evidence().runs) {
    if (run.inference.empty() || run.manifest().devices.empty()) continue;
    for (const ClaimPart* part : context.parts()) {
      for (const TokenSide& side : kTokenSides) {
        judge_generation(context, *part, run, side, findings);
      }
    }
  }
}

}  // namespace assay::audit
