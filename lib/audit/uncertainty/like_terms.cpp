#include "audit/uncertainty/like_terms.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "audit/output/scope_name.h"

namespace assay::audit {
namespace {

constexpr int kMonthsRefused = 24;  // hardware prices halve in about that time
constexpr int kMonthsFlagged = 11;

const ClaimPart* part_of(const Claim& claim, const Figure& figure) {
  if (figure.path.starts_with("total.")) return &claim.total;
  for (const std::vector<ClaimPart>* parts : {&claim.stages, &claim.runs}) {
    for (const ClaimPart& part : *parts) {
      if (figure.path.starts_with(part.path + ".")) return &part;
    }
  }
  return nullptr;
}

std::optional<int> months_of(const std::string& date) {
  if (date.size() < 4) return std::nullopt;
  const int month = date.size() >= 7 ? std::atoi(date.substr(5, 2).c_str()) : 6;
  return std::atoi(date.substr(0, 4).c_str()) * 12 + month;
}

void compare_scopes(const ComparedFigure& a, const ComparedFigure& b, Language language,
                    LikeTerms& terms) {
  std::vector<std::string> unstated;
  for (size_t i = 0; i < kScopeDimensions.size(); ++i) {
    const std::string name = scope_name(language, kScopeDimensions[i]);
    if (a.scope[i] == b.scope[i]) continue;
    const bool a_open = a.scope[i] == ScopeState::kNotStated;
    const bool b_open = b.scope[i] == ScopeState::kNotStated;
    if (!a_open && !b_open) {
      const bool a_has = a.scope[i] == ScopeState::kIncluded;
      terms.refusals.push_back(say(language, "refused_scope", name, (a_has ? a : b).claim->id,
                                   (a_has ? b : a).claim->id));
    } else if (a.scope[i] == ScopeState::kIncluded || b.scope[i] == ScopeState::kIncluded) {
      unstated.push_back(name);
    }
  }
  const bool price = a.figure->measure.dimension == Dimension::kMoneyPerMillionTokens ||
                     a.figure->measure.dimension == Dimension::kMoneyPerGpuHour;
  if (is_unstated(a.scope) && is_unstated(b.scope) && !price) {
    terms.flags.push_back(say(language, "like_scope_on_no_side"));
    terms.flag_rules.emplace_back("operand_scope_not_stated");
  }
  if (unstated.empty()) return;
  terms.flags.push_back(
      say(language, "like_scope_not_stated", fmt::format("{}", fmt::join(unstated, ", "))));
  terms.flag_rules.emplace_back("operand_scope_not_stated");
}

bool is_money(const Figure& figure) { return !figure.measure.currency.empty(); }

void compare_dates(const ComparedFigure& a, const ComparedFigure& b, Language language,
                   LikeTerms& terms) {
  if (!is_money(*a.figure)) return;  // hours and FLOPs do not age
  const std::optional<int> first = months_of(a.claim->date);
  const std::optional<int> second = months_of(b.claim->date);
  if (!first || !second) {
    terms.flags.push_back(say(language, "like_date_not_stated"));
    terms.flag_rules.emplace_back("operand_date_not_stated");
    return;
  }
  const int apart = std::abs(*first - *second);
  if (apart > kMonthsRefused) {
    terms.refusals.push_back(say(language, "refused_date", a.claim->date, b.claim->date, apart));
  } else if (apart > kMonthsFlagged) {
    terms.flags.push_back(say(language, "like_dates_apart", a.claim->date, b.claim->date, apart));
    terms.flag_rules.emplace_back("operand_dates_apart");
  }
}

void compare_devices(const ComparedFigure& a, const ComparedFigure& b, Language language,
                     LikeTerms& terms) {
  const bool one_claim = a.claim == b.claim;
  const auto name = [&](const ComparedFigure& side) {
    return one_claim ? side.figure->path : side.claim->id;
  };
  const auto differ = [&](std::string ComparedFigure::*term, const char* rule,
                          const char* not_stated) {
    const std::string& x = a.*term;
    const std::string& y = b.*term;
    if (x == y) return;
    if (!x.empty() && !y.empty()) {
      terms.flags.push_back(say(language, rule, x, y));
      terms.flag_rules.emplace_back(rule);
      return;
    }
    const bool a_stated = !x.empty();
    terms.flags.push_back(say(language, not_stated, name(a_stated ? a : b), a_stated ? x : y,
                              name(a_stated ? b : a)));
    terms.flag_rules.emplace_back(not_stated);
  };
  if (a.figure->measure.dimension == Dimension::kFlopsPerToken ||
      a.figure->measure.dimension == Dimension::kFlops) {
    return;  // work does not depend on what did it
  }
  differ(&ComparedFigure::device, "operands_on_unlike_devices", "operand_device_not_stated");
  differ(&ComparedFigure::precision, "operands_at_unlike_precision",
         "operand_precision_not_stated");
}

}  // namespace

ComparedFigure compared_figure(const Claim& claim, const Figure& figure) {
  ComparedFigure result{.claim = &claim,
                        .figure = &figure,
                        .part = part_of(claim, figure),
                        .scope = claim.scope,
                        .device = claim.device,
                        .precision = claim.precision};
  if (result.part == nullptr) return result;
  if (!result.part->device.empty()) result.device = result.part->device;
  if (!result.part->precision.empty()) result.precision = result.part->precision;
  if (result.part->dimension.empty()) return result;
  // A stage of the total holds its own dimension and none of the other stages'.
  constexpr size_t kStageDimensions = 4;
  for (size_t i = 0; i < kStageDimensions; ++i) {
    if (result.scope[i] == ScopeState::kIncluded) result.scope[i] = ScopeState::kExcluded;
  }
  result.scope[*scope_index(result.part->dimension)] = ScopeState::kIncluded;
  return result;
}

LikeTerms compare_terms(const ComparedFigure& a, const ComparedFigure& b, Language language,
                        bool convertible) {
  LikeTerms terms;
  const bool currencies = a.figure->measure.currency != b.figure->measure.currency;
  if (a.figure->measure.dimension != b.figure->measure.dimension || (currencies && !convertible)) {
    terms.refusals.push_back(
        say(language, "refused_units", a.figure->measure.unit, b.figure->measure.unit));
    return terms;
  }
  compare_scopes(a, b, language, terms);
  compare_dates(a, b, language, terms);
  compare_devices(a, b, language, terms);
  return terms;
}

}  // namespace assay::audit
