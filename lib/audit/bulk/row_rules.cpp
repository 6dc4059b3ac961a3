#include "audit/bulk/row_rules.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "audit/bulk/row_claim.h"
#include "audit/comparison/comparison.h"
#include "audit/costs/market_price.h"
#include "audit/output/number_text.h"
#include "audit/training_compute.h"
#include "audit/uncertainty/propagate.h"

namespace assay::audit {
namespace {

constexpr double kSecondsPerHour = 3600;

class RowJudge {
 public:
  RowJudge(const SystemRow& row, const RuleContext& context, Findings& findings)
      : row_(row), context_(context), findings_(findings) {}

  void hardware(const std::optional<NamedHardware>& hardware);
  void compute();
  void base_compute();
  void foreign_compute();
  void few_tokens();
  void hours();
  void power();
  void cost();
  void utilisation();
  void assumed_utilisation();

 private:
  Finding& add(CheckKind kind, const std::string& rule, CheckResult result, std::string sentence) {
    findings_.list.push_back(plain_finding(context_, kind, rule, result, std::move(sentence)));
    return findings_.list.back();
  }

  // Accelerator-hours, told or devices times time.
  [[nodiscard]] std::optional<double> device_hours() const {
    if (const auto told = row_.number("hours")) return told;
    const auto devices = row_.number("devices");
    const auto wall = row_.number("wall");
    return devices && wall ? std::optional(*devices * *wall) : std::nullopt;
  }

  [[nodiscard]] std::optional<double> most_flops() const {
    const std::optional<Peak> peak =
        highest_peak(context_, context_.claim().device, context_.claim().precision);
    const std::optional<double> hours = device_hours();
    if (!peak || !hours) return std::nullopt;
    return *hours * kSecondsPerHour * peak->term.value;
  }

  const SystemRow& row_;
  const RuleContext& context_;
  Findings& findings_;
};

void RowJudge::hardware(const std::optional<NamedHardware>& hardware) {
  const std::string name = row_.text("hardware");
  if (name.empty()) return;
  if (hardware && hardware->stated) return;
  if (hardware) {
    findings_.assumptions.push_back(context_.say("row_variant_open", name, hardware->device));
    return;
  }
  if (name.find(',') != std::string::npos) {
    add(CheckKind::kProvenance, "row_hardware", CheckResult::kFlag,
        context_.say("row_hardware_several", name));
    return;
  }
  std::string sentence = context_.say("row_hardware_unknown", name);
  if (const std::string near = hardware_candidates(context_.registry(), name); !near.empty()) {
    sentence += context_.say("sentence_gap") + context_.say("row_hardware_candidates", near);
  }
  add(CheckKind::kProvenance, "row_hardware", CheckResult::kFlag, std::move(sentence));
}

struct Reading {
  double factor;
  std::string_view wording;
};

void RowJudge::compute() {
  const auto compute = row_.number("compute");
  const auto params = counted_params(row_);
  const auto tokens = row_.number("tokens");
  if (!compute || !params || !tokens || !row_.text("base_model").empty()) return;
  const double epochs = row_.number("epochs").value_or(1);
  const double six_nd = 6 * *params * *tokens * epochs;
  const double ratio = *compute / six_nd;
  // What a table may have counted instead of 6 N D.
  constexpr std::array kReadings{
      Reading{1.0, "row_compute_fits"}, Reading{4.0 / 3, "row_compute_recomputed"},
      Reading{1.0 / 3, "row_compute_forward"}, Reading{0.5, "row_compute_half"}};
  for (const Reading& reading : kReadings) {
    if (std::abs(ratio / reading.factor - 1) > kNearMiss) continue;
    const bool fits = reading.factor == 1.0;
    Finding& finding =
        add(CheckKind::kIdentity, "row_compute", fits ? CheckResult::kPass : CheckResult::kFlag,
            context_.say(reading.wording, readable_text(*compute, "FLOP"),
                         readable_text(six_nd, "FLOP")));
    finding.check.computed = CheckNumber{six_nd, {}, "FLOP"};
    finding.check.expected = CheckNumber{*compute, {}, "FLOP"};
    finding.touches_headline = true;
    const Figure* headline = context_.claim().total.find("flops");
    if (!fits || headline == nullptr) return;
    finding.recomputed = finding.check.computed;
    finding.reproduces_headline = intervals_meet({six_nd, six_nd}, headline->bounds());
    finding.check.formula =
        epochs == 1 ? fmt::format("6 * {} * {} = {} FLOP", *params, *tokens, six_nd)
                    : fmt::format("6 * {} * {} * {} = {} FLOP", *params, *tokens, epochs, six_nd);
    return;
  }
  // Less than 6 N D: a mixture of experts, or data points that are no tokens; more: several stages.
  Finding& finding = add(CheckKind::kIdentity, "row_compute", CheckResult::kFlag,
                         context_.say(ratio < 1 ? "row_compute_less" : "row_compute_more",
                                      readable_text(*compute, "FLOP"),
                                      readable_text(six_nd, "FLOP"), readable_text(ratio, 3)));
  finding.touches_headline = true;
  finding.against_headline = context_.claim().headline == "total.flops";
}

void RowJudge::base_compute() {
  if (const auto told = row_.number("finetune_compute"); told && !tuned_compute(row_)) {
    add(CheckKind::kProvenance, "row_finetune_cell", CheckResult::kFlag,
        context_.say("row_finetune_cell", readable_text(*told)));
  }
  const auto compute = row_.number("compute");
  const std::string base = row_.text("base_model");
  if (!compute || base.empty()) return;
  const std::optional<double> tuned = tuned_compute(row_);
  const std::optional<double> most = most_flops();
  constexpr double kClearlyMore = 2.0;
  const bool above_own = tuned && *compute > kClearlyMore * *tuned;
  const bool above_peak = !tuned && most && *compute > *most;
  if (!above_own && !above_peak) return;
  add(CheckKind::kScope, "row_base_compute", CheckResult::kFlag,
      context_.say(above_own ? "row_base_own" : "row_base_peak", readable_text(*compute, "FLOP"),
                   base, readable_text(above_own ? *tuned : *most, "FLOP")));
}

// Compute far above 6 N D of the row, and hours that suffice for 6 N D alone: the compute is not of
// these hours. It may be a base model's that the row does not name.
void RowJudge::foreign_compute() {
  constexpr double kFarAbove = 10;
  const auto compute = row_.number("compute");
  const auto params = counted_params(row_);
  const auto tokens = row_.number("tokens");
  const std::optional<double> most = most_flops();
  if (!compute || !params || !tokens || !most || tuned_compute(row_)) return;
  const double six_nd = 6 * *params * *tokens * row_.number("epochs").value_or(1);
  if (*compute <= kFarAbove * six_nd || *compute <= *most || six_nd > *most) return;
  bool excused = false;
  for (Finding& finding : findings_.list) {
    if (finding.check.rule != "physical_bound" || finding.check.result != CheckResult::kFail)
      continue;
    finding.check.result = CheckResult::kFlag;
    excused = true;
  }
  if (!excused) return;
  add(CheckKind::kScope, "row_base_compute", CheckResult::kFlag,
      context_.say("row_base_unnamed", readable_text(*compute, "FLOP"),
                   readable_text(six_nd, "FLOP"), readable_text(*most, "FLOP")));
}

// Nobody trains from the start on so few tokens: the columns may be mixed up, or in other units.
void RowJudge::few_tokens() {
  constexpr double kFewest = 0.02;  // of the stored parameters
  const auto params = row_.number("params");
  const auto tokens = row_.number("tokens");
  if (!params || !tokens || !row_.text("base_model").empty() || tuned_compute(row_)) return;
  if (*tokens * row_.number("epochs").value_or(1) >= kFewest * *params) return;
  add(CheckKind::kProvenance, "tokens_below_parameters", CheckResult::kFlag,
      context_.say("tokens_below_parameters", readable_text(*tokens, "token"),
                   readable_text(*params, "param")));
}

void RowJudge::hours() {
  const auto hours = row_.number("hours");
  const auto wall = row_.number("wall");
  const auto devices = row_.number("devices");
  const auto near = [](double a, double b) { return std::abs(a / b - 1) <= kNearMiss; };
  if (hours && wall && devices && *devices > 1 && near(*hours, *wall)) {
    add(CheckKind::kProvenance, "row_hours_hold", CheckResult::kFlag,
        context_.say("row_hours_are_wall", readable_text(*hours, "gpu_h")));
  }
  const auto tokens = row_.number("tokens");
  const Figure* flops = context_.claim().total.find("flops");
  const std::optional<Peak> peak = headline_peak(context_, context_.claim().device);
  // Devices and time say what the hours must be; without them the unit is open.
  if (wall && devices) return;
  if (!hours || !tokens || flops == nullptr || !peak || *tokens < 1.5e12) return;
  const double mfu = flops->measure.value / (*hours * kSecondsPerHour * peak->term.value);
  const double as_rate = mfu / (*tokens / 1e12);
  constexpr double kHigh = 0.6;
  constexpr double kLow = 0.1;
  if (mfu > kHigh && as_rate >= kLow && as_rate <= kHigh) {
    add(CheckKind::kProvenance, "row_hours_hold", CheckResult::kFlag,
        context_.say("rate_as_total", readable_text(*hours, "gpu_h"), percent_text(mfu),
                     percent_text(as_rate)));
  }
}

void RowJudge::power() {
  const auto watts = row_.number("power");
  const auto devices = row_.number("devices");
  const auto device = context_.registry().devices().find(context_.claim().device);
  const auto& bands = context_.registry().bands();
  if (!watts || !devices || device == context_.registry().devices().end() || !device->second.tdp ||
      !bands.contains("power-gpu") || !bands.contains("power-node")) {
    return;
  }
  const double tdp = device->second.tdp->measure.value;
  const double share = *watts / *devices / tdp;
  const double low = bands.at("power-gpu").low;
  const double high = bands.at("power-node").high;
  const double alone = *watts / tdp;
  const bool one = *devices >= 4 && alone >= low && alone <= high;
  const bool inside = share >= low && share <= high;
  std::string_view wording = inside ? "row_power_inside" : "row_power_outside";
  if (one && !inside) wording = "row_power_of_one";
  Finding& finding =
      add(CheckKind::kPower, "row_power", inside ? CheckResult::kPass : CheckResult::kFlag,
          context_.say(wording, readable_text(*watts / *devices, 4), readable_text(share, 3),
                       device->first));
  // What a table reckons from the device's own rating supports nothing.
  if (inside) finding.check.kind = CheckKind::kProvenance;
  finding.check.computed = CheckNumber{share, {}, "x"};
}

void RowJudge::cost() {
  const auto cost = row_.number("cost");
  const std::optional<double> hours = device_hours();
  if (!cost || !hours) return;
  const auto market =
      market_price(context_, context_.claim().device, context_.claim().date.substr(0, 7));
  const double price = *cost / *hours;
  if (!market || market->currency != "USD") return;
  // Owned devices cost less than rented ones, but not a tenth of it.
  constexpr double kOwned = 0.1;
  const bool inside = price <= market->high && price >= kOwned * market->low;
  Finding& finding =
      add(CheckKind::kPrice, "row_cost", inside ? CheckResult::kPass : CheckResult::kFlag,
          context_.say(inside ? "row_cost_inside" : "row_cost_outside",
                       readable_text(price, "USD/gpu_h"), readable_text(kOwned * market->low, 3),
                       readable_text(market->high, 3)));
  finding.check.computed = CheckNumber{price, {}, "USD/gpu_h"};
  finding.against_headline = !inside && context_.claim().headline == "total.money";
}

void RowJudge::utilisation() {
  const auto mfu = row_.number("mfu");
  if (!mfu || *mfu <= 1) return;
  add(CheckKind::kProvenance, "row_utilisation", CheckResult::kFlag,
      context_.say(*mfu <= 100 ? "row_mfu_percent" : "row_mfu_absurd", readable_text(*mfu)));
}

// Compute that a table made of hours, peak and a usual utilisation is no evidence of that
// utilisation. Source: Epoch AI, data documentation: 0.30 for language models, 0.40 otherwise.
void RowJudge::assumed_utilisation() {
  constexpr double kSame = 0.002;
  for (Finding& finding : findings_.list) {
    if (finding.check.rule != "mfu_of_printed_compute" || !finding.check.computed) continue;
    const double mfu = finding.check.computed->value;
    for (const double usual : {0.30, 0.40}) {
      if (std::abs(mfu / usual - 1) > kSame || row_.number("mfu")) continue;
      finding.check.result = CheckResult::kNotApplicable;
      add(CheckKind::kPhysics, "row_assumed_utilisation", CheckResult::kNotApplicable,
          context_.say("row_assumed_utilisation", percent_text(usual)));
      findings_.assumptions.push_back(context_.say("row_assumed_utilisation", percent_text(usual)));
      return;
    }
  }
}

}  // namespace

void row_rules(const SystemRow& row, const std::optional<NamedHardware>& hardware,
               const RuleContext& context, Findings& findings) {
  RowJudge judge(row, context, findings);
  judge.hardware(hardware);
  judge.compute();
  judge.base_compute();
  judge.foreign_compute();
  judge.few_tokens();
  judge.hours();
  judge.power();
  judge.cost();
  judge.utilisation();
  judge.assumed_utilisation();
}

}  // namespace assay::audit
