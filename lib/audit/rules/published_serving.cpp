#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "audit/comparison/comparison.h"
#include "audit/costs/market_price.h"
#include "audit/output/interval_ends.h"
#include "audit/rules/rules.h"
#include "audit/rules/serving_hour.h"
#include "registry/published_serving.h"

namespace assay::audit {
namespace {

/// A price of tokens with the throughput that it is held against.
struct ServedSide {
  const char* price_role;
  const char* rate_role;
  SourcedMeasure PublishedServing::*rate;
};
constexpr std::array kServedSides{
    ServedSide{"output_price", "decode_rate", &PublishedServing::decode_rate},
    ServedSide{"input_price", "prefill_rate", &PublishedServing::prefill_rate}};

/// What a million tokens cost at one published throughput.
struct ServedCost {
  const PublishedServing* serving = nullptr;
  ServingHour hour;
  Bounds<double> cost;
};

// Models of one shape are served at one speed: R1 is V3 trained further.
bool is_of_one_shape(const RuleContext& context, const std::string& a, const std::string& b) {
  if (a == b) return true;
  const auto& models = context.registry().models();
  const auto left = models.find(a);
  const auto right = models.find(b);
  if (left == models.end() || right == models.end()) return false;
  return !left->second.config_toml.empty() && left->second.config_toml == right->second.config_toml;
}

// In years; a year alone is its middle, a month alone too.
double years_of(const std::string& date) {
  const double year = std::stod(date.substr(0, 4));
  if (date.size() < 7) return year + 0.5;
  const double month = std::stod(date.substr(5, 2)) - 1;
  const double day = date.size() < 10 ? 15 : std::stod(date.substr(8, 2));
  return year + (month + (day - 1) / 31) / 12;
}

// Hardware and software of another year serve at other costs.
bool is_of_one_time(const std::string& date, const PublishedServing& serving) {
  constexpr double kApart = 1.0;
  return !date.empty() && std::abs(years_of(date) - years_of(serving.date)) <= kApart;
}

// The price that the part prints for that device, else the source's own, else the market's.
std::optional<ServingHour> hour_of(const RuleContext& context, const ClaimPart& part,
                                   const PublishedServing& serving) {
  if (part.find("price") != nullptr && context.device(part) == serving.device) {
    return serving_hour(context, part);
  }
  if (serving.price) {
    const Bounds<double> printed = serving.price->measure.printed();
    return ServingHour{
        printed.low,
        printed.high,
        serving.price->measure.currency,
        {context.shown(serving.price->source, serving.id, serving.price->measure.text)},
        {}};
  }
  const auto market = market_price(context, serving.device, serving_date(context, part));
  if (!market || market->low <= 0) return std::nullopt;
  return ServingHour{market->low, market->high, market->currency, market->sources, market->formula};
}

std::vector<ServedCost> costs_of(const RuleContext& context, const ClaimPart& part,
                                 const ServedSide& side, const Figure& price,
                                 const std::vector<PublishedServing>& servings) {
  std::vector<ServedCost> costs;
  for (const PublishedServing& serving : servings) {
    if (!is_of_one_shape(context, context.model(part), serving.model)) continue;
    if (!is_of_one_time(serving_date(context, part), serving)) continue;
    const std::optional<ServingHour> hour = hour_of(context, part, serving);
    if (!hour || hour->currency != price.measure.currency) continue;
    const Bounds<double> rate = (serving.*side.rate).measure.printed();
    costs.push_back({&serving, *hour, serving_cost(*hour, rate, paid_share(part))});
  }
  return costs;
}

VerdictTable served_table(const RuleContext& context, const ClaimPart& part, const ServedSide& side,
                          const Figure& price, const std::vector<ServedCost>& costs) {
  VerdictTable table{.title = context.say("table_serving", context.name(price), price.text(),
                                          served_version(context, part)),
                     .header = {context.say("column_serving"), context.say("column_rate"),
                                context.say("column_hour"), context.say("column_mtoken"),
                                context.say("column_source")},
                     .rows = {}};
  for (const ServedCost& one : costs) {
    const SourcedMeasure& rate = one.serving->*side.rate;
    table.rows.push_back(
        {fmt::format("{}, {}, {}", one.serving->software, one.serving->device, one.serving->date),
         rate.measure.text,
         fmt::format("{} {}", ends_text(one.hour.low, one.hour.high), one.hour.currency),
         ends_text(one.cost.low, one.cost.high, 3),
         fmt::format("{} ({})", rate.source.key, rate.source.mark)});
  }
  return table;
}

// Every row of the table, in its order.
std::string served_formula(const ClaimPart& part, const ServedSide& side,
                           const std::vector<ServedCost>& costs) {
  std::string formula;
  for (const ServedCost& one : costs) {
    formula += formula.empty() ? "" : "; ";
    formula += serving_cost_formula(one.hour, (one.serving->*side.rate).measure.printed(),
                                    paid_share(part));
  }
  return formula;
}

// A price below the lowest of all is a flag: nobody who published serves at that cost. Who sells
// below cost contradicts nobody.
void judge_served(const RuleContext& context, const ClaimPart& part, const ServedSide& side,
                  const Figure& price, const std::vector<ServedCost>& costs, Findings& findings) {
  const auto least = std::min_element(
      costs.begin(), costs.end(),
      [](const ServedCost& a, const ServedCost& b) { return a.cost.low < b.cost.low; });
  Bounds<double> range{least->cost.low, 0};
  for (const ServedCost& one : costs) range.high = std::max(range.high, one.cost.high);
  const bool pays = price.bounds().high >= range.low;
  const Figure* busy = part.find("utilisation");
  const std::string unit = least->hour.currency + "/Mtoken";
  const SourcedMeasure& rate = least->serving->*side.rate;
  const IntervalEnds ends = interval_ends(range.low, range.high, 3);
  Finding finding = plain_finding(
      context, CheckKind::kPrice, "price_against_published_serving",
      pays ? CheckResult::kPass : CheckResult::kFlag,
      context.say(pays ? "published_serving_pays" : "published_serving_below", price.text(),
                  ends.low, ends.high, unit,
                  fmt::format("{}, {}, {}: {}", least->serving->software, least->serving->device,
                              least->serving->date, rate.measure.text),
                  busy == nullptr ? context.say("serving_always_busy") : busy->text()),
      {context.shown(price)});
  finding.check.name += ": " + served_version(context, part);
  finding.check.formula = served_formula(part, side, costs);
  finding.check.computed = range_number(range, unit);
  finding.check.expected = CheckNumber{price.measure.value, {}, unit};
  if (busy != nullptr) finding.check.inputs.push_back(context.shown(*busy));
  for (const ServedCost& one : costs) {
    const SourcedMeasure& own = one.serving->*side.rate;
    finding.check.inputs.push_back(context.shown(own.source, one.serving->id, own.measure.text));
    for (const CheckInput& input : one.hour.inputs) finding.check.inputs.push_back(input);
  }
  finding.touches_headline = context.is_headline(price);
  findings.tables.push_back(served_table(context, part, side, price, costs));
  findings.list.push_back(std::move(finding));
}

bool has_priced_tokens(const ClaimPart& part) {
  return std::ranges::any_of(kServedSides, [&](const ServedSide& side) {
    return part.find(side.price_role) != nullptr && part.find(side.rate_role) == nullptr;
  });
}

}  // namespace

void published_serving(const RuleContext& context, Findings& findings) {
  std::optional<std::vector<PublishedServing>> servings;
  for (const ClaimPart* part : context.parts()) {
    if (context.model(*part).empty() || !has_priced_tokens(*part)) continue;
    if (!servings) servings = load_servings(context.registry());
    for (const ServedSide& side : kServedSides) {
      const Figure* price = part->find(side.price_role);
      if (price == nullptr || part->find(side.rate_role) != nullptr) continue;
      const std::vector<ServedCost> costs = costs_of(context, *part, side, *price, *servings);
      if (!costs.empty()) judge_served(context, *part, side, *price, costs, findings);
    }
  }
}

}  // namespace assay::audit
