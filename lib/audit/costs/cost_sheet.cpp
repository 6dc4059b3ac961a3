#include "audit/costs/cost_sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/costs/market_price.h"
#include "audit/output/number_text.h"
#include "audit/training_compute.h"

namespace assay::audit {
namespace {

// The device of the whole, else the one that all stages with a device name.
std::string device_of(const RuleContext& context) {
  std::string device = context.device(context.claim().total);
  if (!device.empty()) return device;
  for (const ClaimPart& stage : context.claim().stages) {
    const std::string own = context.device(stage);
    if (own.empty() || own == device) continue;
    if (!device.empty()) return {};
    device = own;
  }
  return device;
}

}  // namespace

CostSheet::CostSheet(const RuleContext& context, const CostMethods& methods)
    : context_(context),
      methods_(methods),
      total_(context.claim().total),
      device_(device_of(context)) {
  const std::optional<Term> term = hours_term(context, total_);
  if (term && term->level == 0) {
    hours_ = term->steps.front();
    const CheckInput& shown = term->inputs.front().shown;
    hours_->name = fmt::format("{}: {} [{}; {}]", shown.name, shown.text, shown.source, shown.mark);
  } else if (term) {
    // Hours that are themselves computed carry their printed rounding, and show as they are used.
    const double value = std::stod(rounded_text(term->value, 9));
    hours_ = TermStep{.kind = TermStep::Kind::kInput,
                      .value = value,
                      .range = {Shape::kTriangular, term->bounds.low, value, term->bounds.high},
                      .key = context.claim().id + "#hours",
                      .name = term->text,
                      .unit = "gpu_h"};
  }
  devices_ = devices_step();
  const auto found = methods.devices.find(device_);
  if (found != methods.devices.end()) installed_ = &found->second;
}

TermStep CostSheet::step_of(const Figure& figure, std::string_view unit,
                            const std::string& name) const {
  TermStep step = context_.term(figure, unit).steps.front();
  step.name = fmt::format("{}: {} [{}; {}]", name, figure.text(), context_.shown(figure).source,
                          figure.source.mark);
  return step;
}

std::optional<TermStep> CostSheet::market_step() const {
  const auto market = market_price(context_, device_, context_.claim().date);
  if (!market || market->low <= 0 || market->currency != kCostCurrency) return std::nullopt;
  const double middle = market->middle();
  return TermStep{.kind = TermStep::Kind::kInput,
                  .value = middle,
                  .range = {Shape::kLogNormal, market->low, middle, market->high},
                  .key = "market price",
                  .name = fmt::format("{}: {} [{}]", market->sources.front().name,
                                      market->sources.front().text, market->sources.front().source),
                  .unit = "USD/gpu_h"};
}

// The cluster to buy: the total's devices, else the most that a stage on the same device holds.
std::optional<TermStep> CostSheet::devices_step() const {
  const Figure* most = context_.find(total_, "devices");
  if (most == nullptr) {
    for (const ClaimPart& stage : context_.claim().stages) {
      const Figure* devices = context_.find(stage, "devices");
      if (devices == nullptr || context_.device(stage) != device_) continue;
      if (most == nullptr || devices->measure.value > most->measure.value) most = devices;
    }
  }
  if (most != nullptr) return step_of(*most, "gpu", context_.name(*most));
  const std::optional<Term> nodes = devices_term(context_, total_);
  if (!nodes) return std::nullopt;
  const CheckInput& shown = nodes->inputs.front().shown;
  return TermStep{
      .kind = TermStep::Kind::kInput,
      .value = nodes->value,
      .range = {Shape::kFixed, nodes->value, nodes->value, nodes->value},
      .key = nodes->inputs.front().figure,
      .name = fmt::format("{}: {} [{}]", shown.name, formula_text(*nodes, "gpu"), shown.source),
      .unit = "gpu"};
}

// A printed power that is not the data sheet's: a mean that was drawn. The data sheet's own figure
// says what a device may draw, as the registry does.
const Figure* CostSheet::drawn_power() const {
  constexpr double kSame = 0.02;
  const Figure* stated = context_.find(total_, "power");
  const auto device = context_.registry().devices().find(device_);
  if (stated == nullptr || device == context_.registry().devices().end() || !device->second.tdp) {
    return stated;
  }
  const double share = stated->measure.value / device->second.tdp->measure.value;
  return std::abs(share - 1) <= kSame ? nullptr : stated;
}

std::optional<TermStep> CostSheet::power_step() const {
  if (const Figure* stated = context_.find(total_, "power")) {
    return step_of(*stated, "kW", context_.name(*stated));
  }
  const auto device = context_.registry().devices().find(device_);
  if (device == context_.registry().devices().end() || !device->second.tdp) return std::nullopt;
  TermStep step = context_.term(*device->second.tdp, "kW", device_ + " TDP").steps.front();
  const CheckInput shown = context_.shown(device->second.tdp->source, {}, {});
  step.name = fmt::format("{}: {} [{}; {}]", step.name, device->second.tdp->measure.text,
                          shown.source, shown.mark);
  return step;
}

// From the device's release, when it could first be bought, to the earliest date at which anybody
// claimed something of the same subject: the run was over by then, whoever tells of it later.
std::optional<double> CostSheet::years_owned() const {
  const auto years = [](const std::string& date) {
    const double month = date.size() >= 7 ? std::stod(date.substr(5, 2)) : 6.5;
    return std::stod(date.substr(0, 4)) + (month - 0.5) / 12;
  };
  const auto device = context_.registry().devices().find(device_);
  if (device == context_.registry().devices().end() || device->second.released.empty()) {
    return std::nullopt;
  }
  std::optional<double> until;
  const auto consider = [&](const Claim& claim) {
    if (claim.date.empty()) return;
    until = until ? std::min(*until, years(claim.date)) : years(claim.date);
  };
  consider(context_.claim());
  for (const auto& [id, other] : context_.set().claims()) {
    const bool same = other.subject == context_.claim().subject && !other.model.empty() &&
                      other.model == context_.claim().model;
    if (same) consider(other);
  }
  if (!until) return std::nullopt;
  // As the formula shows it.
  return std::stod(rounded_text(std::max(0.0, *until - years(device->second.released)), 3));
}

std::vector<TermStep> CostSheet::draw_steps() const {
  const std::optional<TermStep> power = power_step();
  const bool drawn = drawn_power() != nullptr;
  if (!power || (!drawn && installed_ == nullptr)) return {};
  std::vector<TermStep> steps{*power};
  const auto own = [&](const char* role, const Figure* usual) {
    const Figure* stated = context_.find(total_, role);
    const Figure* figure = stated != nullptr ? stated : usual;
    if (figure != nullptr) return steps.push_back(step_of(*figure, "x", role));
    steps.push_back({.kind = TermStep::Kind::kInput,
                     .value = 1,
                     .range = {Shape::kFixed, 1, 1, 1},
                     .key = role,
                     .name = fmt::format("{}: 1 (in the stated power)", role),
                     .unit = "x"});
  };
  own("node_factor", drawn ? nullptr : &installed_->node_factor);
  own("load", drawn ? nullptr : &of_power("load"));
  own("pue", &of_power("pue"));
  return steps;
}

std::vector<TermStep> CostSheet::power_steps() const {
  std::vector<TermStep> steps = draw_steps();
  if (!hours_ || steps.empty()) return {};
  steps.insert(steps.begin(), *hours_);
  return steps;
}

void CostSheet::add(const Method& method, const std::vector<TermStep>& inputs,
                    const std::function<double(SheetValues)>& result, const std::string& formula) {
  std::vector<double> values;
  CostEstimate estimate{.method = method.name,
                        .title = context_.say("cost_model." + method.name),
                        .value = {},
                        .unit = method.unit,
                        .interval = drawn_interval(inputs, result, context_.evidence().plan),
                        .covers = method.covers,
                        .formula = {},
                        .inputs = {},
                        .source = method.source,
                        .missing = {}};
  for (const TermStep& input : inputs) {
    values.push_back(input.value);
    estimate.inputs.push_back(input.name);
  }
  estimate.value = result(values);
  estimate.formula =
      fmt::format("{} ≈ {} {}", formula, rounded_text(*estimate.value, 5), method.unit);
  estimates.push_back(std::move(estimate));
}

void CostSheet::lack(const Method& method, std::string_view what) {
  estimates.push_back({.method = method.name,
                       .title = context_.say("cost_model." + method.name),
                       .value = {},
                       .unit = method.unit,
                       .interval = {},
                       .covers = method.covers,
                       .formula = {},
                       .inputs = {},
                       .source = method.source,
                       .missing = context_.say(what)});
}

std::string shown_value(const TermStep& step) { return exact_text(step.value); }

}  // namespace assay::audit
