#include <fmt/format.h>

#include "audit/costs/cost_sheet.h"
#include "audit/output/number_text.h"
#include "cost/models/electricity.h"
#include "cost/models/hardware_cost.h"

namespace assay::audit {

void CostSheet::rent() {
  const Method method{"rent",
                      std::string(kCostCurrency),
                      {"hardware", "energy", "margin"},
                      "hours x the price that the claim states"};
  const Figure* price = context_.find(total_, "price");
  if (!hours_) return lack(method, "cost_needs_hours");
  if (price == nullptr || price->measure.currency != kCostCurrency) {
    return lack(method, "cost_needs_price");
  }
  const TermStep rate = step_of(*price, price->measure.unit, context_.name(*price));
  add(
      method, {*hours_, rate}, [](SheetValues v) { return v[0] * v[1]; },
      fmt::format("{} * {}", shown_value(*hours_), shown_value(rate)));
}

void CostSheet::cloud() {
  const Method method{"cloud",
                      std::string(kCostCurrency),
                      {"hardware", "energy", "margin"},
                      "arXiv 2405.21015, cloud approach: hours x rental price of the date"};
  const std::optional<TermStep> price = market_step();
  if (!hours_) return lack(method, "cost_needs_hours");
  if (!price) return lack(method, "cost_needs_market");
  add(
      method, {*hours_, *price}, [](SheetValues v) { return v[0] * v[1]; },
      fmt::format("{} * {}", shown_value(*hours_), rounded_text(price->value, 6)));
}

void CostSheet::committed() {
  const Method method{"committed",
                      std::string(kCostCurrency),
                      {"hardware", "energy", "margin"},
                      "arXiv 2405.21015, cloud approach with a committed-use discount"};
  const std::optional<TermStep> price = market_step();
  if (!hours_) return lack(method, "cost_needs_hours");
  if (!price) return lack(method, "cost_needs_market");
  const Figure& one = methods_.cloud.at("committed_one_year");
  const Figure& three = methods_.cloud.at("committed_three_years");
  TermStep discount = step_of(one, "x", "discount");
  const double most = context_.term(three, "x").value;
  discount.range = {Shape::kUniform, discount.value, discount.value, most};
  discount.value = (discount.value + most) / 2;
  discount.name += fmt::format(" to {}", three.text());
  add(
      method, {*hours_, *price, discount}, [](SheetValues v) { return v[0] * v[1] * (1 - v[2]); },
      fmt::format("{} * {} * (1 - {})", shown_value(*hours_), rounded_text(price->value, 6),
                  shown_value(discount)));
}

void CostSheet::amortised() {
  const Method method{"amortised",
                      std::string(kCostCurrency),
                      {"hardware", "energy"},
                      "arXiv 2405.21015, amortised hardware and energy"};
  if (!hours_) return lack(method, "cost_needs_hours");
  const std::vector<TermStep> power = power_steps();
  if (installed_ == nullptr || power.empty()) return lack(method, "cost_needs_purchase");
  const std::optional<double> owned = years_owned();
  if (!owned) return lack(method, "cost_needs_dates");
  const double years = *owned;
  const double decline = of_hardware("decline_per_year").measure.value;
  std::vector<TermStep> inputs = power;
  inputs.push_back(step_of(installed_->with_server, kCostCurrency, "with_server"));
  inputs.push_back(step_of(of_hardware("interconnect"), "x", "interconnect"));
  inputs.push_back(step_of(of_hardware("price_spread"), "x", "price_spread"));
  inputs.push_back(step_of(of_power("tariff"), "USD/kWh", "tariff"));
  const auto result = [decline, years](SheetValues v) {
    const double hardware = amortised_cost(GpuHours(v[0]), {v[5] * v[7], v[6], 0, decline, years});
    return hardware + run_kwh(GpuHours(v[0]), {v[1], v[2], v[3], v[4]}) * v[8];
  };
  const auto text = [&](size_t i) { return shown_value(inputs[i]); };
  add(method, inputs, result,
      fmt::format("{0} * {1} * {2} * 10^(-{3} * {4}) * {3} * ln(10) / {5} + {0} * {6} * {7} * {8} "
                  "* {9} * {10}",
                  text(0), text(5), text(6), decline, exact_text(years), kHoursPerYear, text(1),
                  text(2), text(3), text(4), text(8)));
}

void CostSheet::acquisition() {
  const Method method{"acquisition",
                      std::string(kCostCurrency),
                      {"capex"},
                      "arXiv 2405.21015, hardware acquisition"};
  if (!devices_) return lack(method, "cost_needs_devices");
  if (installed_ == nullptr) return lack(method, "cost_needs_purchase");
  const std::vector<TermStep> inputs{*devices_,
                                     step_of(installed_->with_server, kCostCurrency, "with_server"),
                                     step_of(of_hardware("interconnect"), "x", "interconnect"),
                                     step_of(of_hardware("price_spread"), "x", "price_spread")};
  add(
      method, inputs,
      [](SheetValues v) {
        return acquisition_cost(v[0], {v[1] * v[3], v[2], 0, 0, 0});
      },
      fmt::format("{} * {} * {}", shown_value(inputs[0]), shown_value(inputs[1]),
                  shown_value(inputs[2])));
}

void CostSheet::tco() {
  const Method method{"tco",
                      std::string(kCostCurrency),
                      {"hardware", "energy"},
                      "SemiAnalysis, straight-line capital and power, used every hour of its life "
                      "(a floor: no colocation, staff or cost of capital)"};
  if (!hours_) return lack(method, "cost_needs_hours");
  const std::vector<TermStep> power = power_steps();
  if (installed_ == nullptr || power.empty()) return lack(method, "cost_needs_purchase");
  std::vector<TermStep> inputs = power;
  inputs.push_back(step_of(installed_->with_server, kCostCurrency, "with_server"));
  inputs.push_back(step_of(of_hardware("interconnect"), "x", "interconnect"));
  inputs.push_back(step_of(of_hardware("price_spread"), "x", "price_spread"));
  inputs.push_back(step_of(of_power("tariff"), "USD/kWh", "tariff"));
  inputs.push_back(step_of(of_hardware("life"), "h", "life"));
  const auto result = [](SheetValues v) {
    const double running = run_kwh(GpuHours(1), {v[1], v[2], v[3], v[4]}) * v[8];
    return ownership_cost(GpuHours(v[0]), {v[5] * v[6] * v[7], v[9] / kHoursPerYear, 1, running});
  };
  const auto text = [&](size_t i) { return shown_value(inputs[i]); };
  add(method, inputs, result,
      fmt::format("{} * ({} * {} / {} + {} * {} * {} * {} * {})", text(0), text(5), text(6),
                  text(9), text(1), text(2), text(3), text(4), text(8)));
}

// The claimed amount as one of the final runs of a programme like the published ones.
void CostSheet::programme() {
  const Figure* money = total_.find("money");
  const Method method{"programme",
                      std::string(kCostCurrency),
                      {"final-run", "failed-runs", "ablations"},
                      "published programmes"};
  if (money == nullptr || money->measure.currency != kCostCurrency) {
    return lack(method, "cost_needs_money");
  }
  if (context_.claim().kind == "capex") return lack(method, "cost_is_capital");
  const Scope& scope = context_.claim().scope;
  const bool whole = scope[*scope_index("ablations")] == ScopeState::kIncluded;
  if (whole) return lack(method, "cost_is_programme");
  const TermStep amount = step_of(*money, kCostCurrency, context_.name(*money));
  for (const ProgrammeFactor& one : methods_.programmes) {
    const TermStep factor = step_of(one.factor, "x", one.name);
    add(
        method, {amount, factor}, [](SheetValues v) { return v[0] * v[1]; },
        fmt::format("{} * {}", shown_value(amount), shown_value(factor)));
    // One published programme is one sample: nobody knows how another would differ.
    estimates.back().interval.reset();
    estimates.back().title = context_.say("cost_model.programme_like", one.name);
    estimates.back().source =
        one.factor.source.key +
        (one.factor.source.locator.empty() ? "" : ", " + one.factor.source.locator);
  }
}

}  // namespace assay::audit
