#include "audit/costs/total_disclosure.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "audit/output/interval_ends.h"
#include "audit/output/message.h"
#include "audit/output/number_text.h"
#include "audit/output/scope_name.h"
#include "audit/rule_context.h"
#include "error/error.h"

namespace assay::audit {
namespace {

using OrderedJson = nlohmann::ordered_json;

const Figure& amount_of(const Claim& claim) {
  const Figure* headline = claim.headline_figure();
  const auto refuse = [&](std::string_view why) {
    throw DataError(fmt::format("[audit] {} cannot be added up: {}", claim.id, why));
  };
  if (headline == nullptr || headline->measure.dimension != Dimension::kMoney) {
    refuse("its headline is no amount of money");
  }
  if (headline->to || headline->direction == Direction::kAtLeast ||
      headline->direction == Direction::kAtMost) {
    refuse("its headline is a bound or a range: " + headline->text());
  }
  if (claim.kind == "capex") refuse("it is capital of a company, not the cost of a run");
  return *headline;
}

void check_addable(const std::vector<const Claim*>& claims) {
  if (claims.size() < 2) throw ConfigError("[audit] --together wants two claims or more");
  std::set<std::string> subjects;
  std::set<std::string> counted;
  const std::string& currency = amount_of(*claims.front()).measure.currency;
  for (const Claim* claim : claims) {
    if (!subjects.insert(claim->subject).second) {
      throw DataError(
          fmt::format("[audit] {} is of a subject that stands twice, so its cost would "
                      "be counted twice: {}",
                      claim->id, printable(claim->subject)));
    }
    std::vector<std::string> same_figure{claim->id};
    for (const FigureRef& ref : claim->first_hand) same_figure.push_back(ref.text);
    for (const std::string& id : same_figure) {
      if (!counted.insert(id).second) {
        throw DataError(
            fmt::format("[audit] what {} discloses would be counted twice: two of the "
                        "claims repeat it",
                        id));
      }
    }
    const std::string& other = amount_of(*claim).measure.currency;
    if (other != currency) {
      throw DataError(fmt::format("[audit] {} is in {}, not in {}", claim->id, other, currency));
    }
  }
}

CostEstimate estimate_of(const Term& term, const std::string& title, const std::string& unit,
                         const DrawPlan& plan) {
  return {.method = "together",
          .title = title,
          .value = term.value,
          .unit = unit,
          .interval = drawn_interval(term.steps, plan),
          .covers = {},
          .formula = formula_text(term, unit),
          .inputs = {},
          .source = {},
          .missing = {}};
}

OrderedJson estimate_numbers(const CostEstimate& one) {
  OrderedJson json{{"title", one.title}, {"value", *one.value}, {"unit", one.unit}};
  json["low"] = one.interval ? OrderedJson(one.interval->low) : OrderedJson(nullptr);
  json["high"] = one.interval ? OrderedJson(one.interval->high) : OrderedJson(nullptr);
  json["level"] = one.interval ? OrderedJson(kIntervalLevel) : OrderedJson(nullptr);
  json["formula"] = one.formula;
  json["source"] = one.source.empty() ? OrderedJson(nullptr) : OrderedJson(one.source);
  return json;
}

std::string estimate_line(const CostEstimate& one) {
  std::string text =
      fmt::format("  {}: {} {}", printable(one.title), readable_text(*one.value, 5), one.unit);
  if (one.interval && has_width(one.interval->low, one.interval->high)) {
    text += fmt::format(" (90 %: {})", ends_text(one.interval->low, one.interval->high));
  }
  text += fmt::format("\n    {}", one.formula);
  return text + (one.source.empty() ? "\n" : fmt::format(" [{}]\n", one.source));
}

bool any_includes(const std::vector<const Claim*>& claims, std::string_view dimension) {
  const size_t i = *scope_index(dimension);
  return std::any_of(claims.begin(), claims.end(),
                     [&](const Claim* claim) { return claim->scope[i] == ScopeState::kIncluded; });
}

// What one claim excludes the sum does not hold for that claim's part.
void join_scopes(const std::vector<const Claim*>& claims, TotalDisclosure& total) {
  for (size_t i = 0; i < kScopeDimensions.size(); ++i) {
    PartScope part{
        .dimension = std::string(kScopeDimensions[i]), .included_by = {}, .excluded_by = {}};
    for (const Claim* claim : claims) {
      if (claim->scope[i] == ScopeState::kIncluded) part.included_by.push_back(claim->id);
      if (claim->scope[i] == ScopeState::kExcluded) part.excluded_by.push_back(claim->id);
    }
    if (part.included_by.empty()) {
      total.not_included.push_back(part.dimension);
    } else if (part.excluded_by.empty()) {
      total.sum.covers.push_back(part.dimension);
    } else {
      total.partly.push_back(std::move(part));
    }
  }
}

}  // namespace

TotalDisclosure total_disclosure(const std::vector<const Claim*>& claims, const ClaimSet& set,
                                 const Registry& registry, const CostMethods& methods,
                                 const Evidence& evidence, Language language) {
  check_addable(claims);
  TotalDisclosure total;
  std::optional<Term> sum;
  const std::string unit = amount_of(*claims.front()).measure.currency;
  for (const Claim* claim : claims) {
    set.check(*claim, registry);
    const RuleContext context(*claim, set, registry, evidence, language);
    const Term amount = context.term(amount_of(*claim), unit);
    sum = sum ? *sum + amount : amount;
    total.claims.push_back(claim->id);
  }
  total.sum = estimate_of(*sum, say(language, "together"), unit, evidence.plan);
  join_scopes(claims, total);
  if (any_includes(claims, "ablations")) return total;
  const RuleContext context(*claims.front(), set, registry, evidence, language);
  for (const ProgrammeFactor& one : methods.programmes) {
    const Term factor = context.term(one.factor, "x");
    total.programmes.push_back(estimate_of((*sum) * factor,
                                           say(language, "cost_model.programme_like", one.name),
                                           unit, evidence.plan));
    total.programmes.back().interval.reset();  // one published programme is one sample
    total.programmes.back().source = context.shown(one.factor).source;
  }
  return total;
}

nlohmann::ordered_json total_disclosure_json(const TotalDisclosure& total) {
  OrderedJson json = estimate_numbers(total.sum);
  json["claims"] = total.claims;
  json["included"] = total.sum.covers;
  json["partly_included"] = OrderedJson::array();
  for (const PartScope& part : total.partly) {
    json["partly_included"].push_back({{"dimension", part.dimension},
                                       {"included_by", part.included_by},
                                       {"excluded_by", part.excluded_by}});
  }
  json["not_included"] = total.not_included;
  json["programmes"] = OrderedJson::array();
  for (const CostEstimate& one : total.programmes) {
    json["programmes"].push_back(estimate_numbers(one));
  }
  return json;
}

std::string total_disclosure_text(const TotalDisclosure& total, Language language) {
  std::string out = fmt::format("{}\n", fmt::join(total.claims, " + ")) + estimate_line(total.sum);
  out += fmt::format("  {}: {}\n", wording(language, "word.included"),
                     scope_names(language, total.sum.covers));
  for (const PartScope& part : total.partly) {
    out +=
        fmt::format("  {}\n", say(language, "partly_included", scope_name(language, part.dimension),
                                  fmt::format("{}", fmt::join(part.included_by, ", ")),
                                  fmt::format("{}", fmt::join(part.excluded_by, ", "))));
  }
  out += fmt::format("  {}: {}\n", wording(language, "word.not_included"),
                     scope_names(language, total.not_included));
  for (const CostEstimate& one : total.programmes) out += estimate_line(one);
  return out;
}

}  // namespace assay::audit
