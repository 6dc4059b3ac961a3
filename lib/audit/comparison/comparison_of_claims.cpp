#include "audit/comparison/comparison_of_claims.h"

#include <fmt/format.h>

#include <algorithm>

#include "audit/claims/figure_role.h"
#include "audit/evidence.h"
#include "audit/output/number_text.h"
#include "audit/rule_context.h"

namespace assay::audit {
namespace {

constexpr size_t kMostPairs = 8;

struct Side {
  const Claim& claim;
  RuleContext context;
};

bool same_unit(const Figure& a, const Figure& b) {
  return a.measure.dimension == b.measure.dimension && a.measure.currency == b.measure.currency;
}

std::string described(const Side& side, const Figure& figure) {
  return fmt::format("{}, {}: {}", side.claim.id, side.context.name(figure), figure.text());
}

void fill_ratio(ComparedPair& pair, const Term& a, const Term& b) {
  if (b.value == 0) return;  // a ratio to nothing is no number
  const Term ratio = a / b;
  pair.ratio = ratio.value;
  pair.formula = formula_text(ratio, "x");
}

ComparedPair pair_of(const Side& a, const Figure& x, const Side& b, const Figure& y,
                     Language language) {
  ComparedPair pair{.a = described(a, x), .b = described(b, y)};
  pair.terms = compare_terms(compared_figure(a.claim, x), compared_figure(b.claim, y), language);
  if (y.measure.value == 0) {
    pair.terms.refusals.push_back(say(language, "ratio_over_nought", y.text()));
  }
  if (!pair.terms.refusals.empty()) return pair;
  const std::string& unit = x.measure.unit;
  fill_ratio(pair, a.context.term(x, unit), b.context.term(y, unit));
  return pair;
}

// The figures that a comparison may take: by role, of totals, stages and runs.
std::vector<const Figure*> roles_of(const Side& side) {
  std::vector<const Figure*> figures;
  for (const ClaimPart* part : side.context.parts()) {
    for (const auto& [role, figure] : part->figures) figures.push_back(&figure);
  }
  return figures;
}

bool is_cost_like(const Figure& figure) {
  const FigureRole* role = find_role(figure.role);
  return role != nullptr &&
         (role->additive || role->name == "hours_per_token" || role->name == "flops_per_token");
}

// A claim's amount of a role, cut down to the stages that the other side includes too.
struct Restricted {
  Term amount;
  std::string shown;
  ComparedFigure terms;
  bool cut = false;  ///< a stage was left out
};

std::optional<Restricted> restricted(const Side& side, const Claim& other,
                                     const std::string& role) {
  const Figure* whole = side.claim.total.find(role);
  if (whole == nullptr) return std::nullopt;
  Restricted result{.amount = side.context.term(*whole, whole->measure.unit),
                    .shown = described(side, *whole),
                    .terms = compared_figure(side.claim, *whole)};
  std::optional<Term> sum;
  std::string names;
  Scope scope = side.claim.scope;
  for (const ClaimPart& stage : side.claim.stages) {
    const Figure* figure = stage.find(role);
    if (figure == nullptr || stage.dimension.empty() || !same_unit(*figure, *whole)) return result;
    const size_t dimension = *scope_index(stage.dimension);
    if (other.scope[dimension] != ScopeState::kIncluded) {
      scope[dimension] = ScopeState::kExcluded;
      result.cut = true;
      continue;
    }
    const Term term = side.context.term(*figure, whole->measure.unit);
    sum = sum ? *sum + term : term;
    names += (names.empty() ? "" : " + ") + stage.name;
  }
  if (!result.cut) return result;
  if (!sum) return std::nullopt;
  result.amount = *sum;
  result.terms.scope = scope;
  result.shown =
      fmt::format("{}, {}: {}", side.claim.id, names, formula_text(*sum, whole->measure.unit));
  return result;
}

// Both sides cut down to the stages that they share.
std::optional<ComparedPair> restated(const Side& a, const Side& b, const std::string& role,
                                     Language language) {
  const std::optional<Restricted> x = restricted(a, b.claim, role);
  const std::optional<Restricted> y = restricted(b, a.claim, role);
  if (!x || !y || (!x->cut && !y->cut)) return std::nullopt;
  ComparedPair pair{.a = x->shown, .b = y->shown};
  pair.terms = compare_terms(x->terms, y->terms, language);
  if (!pair.terms.refusals.empty()) return std::nullopt;
  fill_ratio(pair, x->amount, y->amount);
  return pair.ratio ? std::optional(pair) : std::nullopt;
}

// The same two numbers met twice (a stage, and the total cut down to it) are one pair.
void drop_repeated(std::vector<ComparedPair>& pairs) {
  std::vector<ComparedPair> kept;
  for (ComparedPair& pair : pairs) {
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const ComparedPair& other) {
      return other.formula == pair.formula;
    });
    if (!known) kept.push_back(std::move(pair));
  }
  pairs = std::move(kept);
}

std::vector<ComparedPair> nearest_pairs(const Side& a, const Side& b, Language language) {
  std::vector<ComparedPair> pairs;
  for (const FigureRole& role : figure_roles()) {
    if (!role.additive) continue;
    if (auto pair = restated(a, b, std::string(role.name), language)) pairs.push_back(*pair);
  }
  for (const Figure* x : roles_of(a)) {
    for (const Figure* y : roles_of(b)) {
      if (x->role != y->role || !is_cost_like(*x) || !same_unit(*x, *y)) continue;
      ComparedPair pair = pair_of(a, *x, b, *y, language);
      if (pair.ratio) pairs.push_back(std::move(pair));
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(), [](const ComparedPair& x, const ComparedPair& y) {
    return x.terms.flags.size() < y.terms.flags.size();
  });
  drop_repeated(pairs);
  if (pairs.size() > kMostPairs) pairs.resize(kMostPairs);
  return pairs;
}

}  // namespace

ClaimComparison compare_claims(const Claim& a, const Claim& b, const ClaimSet& set,
                               const Registry& registry, Language language) {
  set.check(a, registry);
  set.check(b, registry);
  const Evidence none;
  const Side left{a, RuleContext(a, set, registry, none, language)};
  const Side right{b, RuleContext(b, set, registry, none, language)};
  ClaimComparison result{.a = a.id, .b = b.id};
  const Figure* x = a.headline_figure();
  const Figure* y = b.headline_figure();
  if (x == nullptr || y == nullptr) {
    result.reasons.push_back(say(language, "refused_no_headline", x == nullptr ? a.id : b.id));
  } else {
    result.quantity = x->path;
    result.headline = pair_of(left, *x, right, *y, language);
    result.reasons = result.headline->terms.refusals;
    if (!same_unit(*x, *y)) result.headline.reset();
  }
  for (const Claim* claim : {&a, &b}) {
    if (claim->kind == "capex" && a.kind != b.kind) {
      result.reasons.push_back(say(language, "refused_capex", claim->id));
    }
  }
  result.comparable = result.reasons.empty();
  if (!result.comparable) result.nearest = nearest_pairs(left, right, language);
  return result;
}

}  // namespace assay::audit
