#include "audit/costs/cost_sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/costs/market_price.h"
#include "audit/output/number_text.h"
#include "audit/training_compute.h"

namespace assay::audit {

CostSheet::CostSheet(const RuleContext& context, const CostMethods& methods)
    : context_(context),
      methods_(methods),
      total_(context.claim().total),
      device_(context.device(total_)) {
  if (const Figure* hours = context.find(total_, "hours")) {
    hours_ = step_of(*hours, "gpu_h", context.name(*hours));
  } else if (const std::optional<Term> term = hours_term(context, total_)) {
    // Hours that are themselves computed carry their printed rounding.
    hours_ =
        TermStep{.kind = TermStep::Kind::kInput,
                 .value = term->value,
                 .range = {Shape::kTriangular, term->bounds.low, term->value, term->bounds.high},
                 .key = context.claim().id + "#hours",
                 .name = term->text,
                 .unit = "gpu_h"};
  }
  if (const Figure* devices = context.find(total_, "devices")) {
    devices_ = step_of(*devices, "gpu", context.name(*devices));
  }
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
  const double middle = std::sqrt(market->low * market->high);
  return TermStep{.kind = TermStep::Kind::kInput,
                  .value = middle,
                  .range = {Shape::kLogNormal, market->low, middle, market->high},
                  .key = "market price",
                  .name = fmt::format("{}: {} [{}]", market->sources.front().name,
                                      market->sources.front().text, market->sources.front().source),
                  .unit = "USD/gpu_h"};
}

std::optional<TermStep> CostSheet::power_step() const {
  if (const Figure* stated = context_.find(total_, "power")) {
    return step_of(*stated, "kW", context_.name(*stated));
  }
  const auto device = context_.registry().devices().find(device_);
  if (device == context_.registry().devices().end() || !device->second.tdp) return std::nullopt;
  TermStep step = context_.term(*device->second.tdp, "kW", device_ + " TDP").steps.front();
  step.name = fmt::format("{}: {}", step.name, device->second.tdp->measure.text);
  return step;
}

// From the device's release, when it could first be bought, to the claim's date; a month is known.
double CostSheet::years_owned() const {
  const auto device = context_.registry().devices().find(device_);
  const std::string& from = device->second.released;
  const std::string& until = context_.claim().date;
  const auto years = [](const std::string& date) {
    const double month = date.size() >= 7 ? std::stod(date.substr(5, 2)) : 6.5;
    return std::stod(date.substr(0, 4)) + (month - 0.5) / 12;
  };
  return from.empty() || until.empty() ? -1 : std::max(0.0, years(until) - years(from));
}

std::vector<TermStep> CostSheet::power_steps() const {
  const std::optional<TermStep> power = power_step();
  if (!hours_ || !power) return {};
  std::vector<TermStep> steps{*hours_, *power};
  const bool measured = context_.find(total_, "power") != nullptr;
  const auto own = [&](const char* role, const Figure* usual) {
    const Figure* stated = context_.find(total_, role);
    if (stated == nullptr && measured && std::string_view(role) != "pue") usual = nullptr;
    const Figure* figure = stated != nullptr ? stated : usual;
    if (figure != nullptr) return steps.push_back(step_of(*figure, "x", role));
    steps.push_back({.kind = TermStep::Kind::kInput,
                     .value = 1,
                     .range = {Shape::kFixed, 1, 1, 1},
                     .key = role,
                     .name = fmt::format("{}: 1 (in the stated power)", role),
                     .unit = "x"});
  };
  if (!measured && installed_ == nullptr) return {};
  own("node_factor", installed_ == nullptr ? nullptr : &installed_->node_factor);
  own("load", &of_power("load"));
  own("pue", &of_power("pue"));
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
