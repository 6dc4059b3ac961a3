#include "audit/claims/statement_circle.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <vector>

#include "audit/claims/product_units.h"
#include "config/place.h"

namespace assay::audit {
namespace {

struct Operand {
  const Figure* figure;
  const FigureRef* ref;
};

// A result and what it is said to be made of.
struct Statement {
  const Figure* result;
  std::vector<Operand> operands;
};

using Statements = std::vector<Statement>;

// True where `from` is made of `wanted`.
bool leads_to(const Statements& statements, const Figure* from, const Figure* wanted,
              std::set<const Figure*>& seen) {
  if (from == wanted) return true;
  if (!seen.insert(from).second) return false;
  for (const Statement& statement : statements) {
    if (statement.result != from) continue;
    for (const Operand& operand : statement.operands) {
      if (leads_to(statements, operand.figure, wanted, seen)) return true;
    }
  }
  return false;
}

void check_kind(const Statements& statements, std::string_view what) {
  for (const Statement& statement : statements) {
    for (const Operand& operand : statement.operands) {
      std::set<const Figure*> seen;
      if (!leads_to(statements, operand.figure, statement.result, seen)) continue;
      fail_at(operand.ref->place,
              fmt::format("a {} has its own result \"{}\" among what it is made of", what,
                          statement.result->path));
    }
  }
}

// A row that is counted twice, and rows that cannot be added to the total.
void check_rows(const Statement& sum) {
  std::set<const Figure*> seen;
  for (const Operand& row : sum.operands) {
    if (!seen.insert(row.figure).second) {
      fail_at(row.ref->place, fmt::format("a sum counts \"{}\" twice", row.figure->path));
    }
    if (row.figure->measure.dimension == sum.result->measure.dimension) continue;
    fail_at(row.ref->place, fmt::format("a sum adds what its total is: \"{}\" to \"{}\"",
                                        row.figure->measure.text, sum.result->measure.text));
  }
}

void check_factors(const Statement& product, const Place& place) {
  std::vector<const Figure*> factors;
  std::string shown;
  for (const Operand& factor : product.operands) {
    factors.push_back(factor.figure);
    shown += fmt::format("{}\"{}\"", shown.empty() ? "" : " and ", factor.figure->measure.text);
  }
  if (product_scale(factors, *product.result)) return;
  fail_at(place, fmt::format("a product of other units than its factors': {} give no \"{}\"", shown,
                             product.result->measure.text));
}

void check_ratio(const Statement& ratio) {
  const Operand& b = ratio.operands.back();
  if (ratio.operands.front().figure != b.figure) return;
  fail_at(b.ref->place, fmt::format("a ratio of \"{}\" to itself", b.figure->path));
}

Statement statement_of(const ClaimSet& set, const Claim& claim, const Figure& result,
                       const std::vector<const FigureRef*>& refs) {
  Statement statement{.result = &result, .operands = {}};
  statement.operands.reserve(refs.size());
  for (const FigureRef* ref : refs) {
    statement.operands.push_back({&set.figure(claim, *ref), ref});
  }
  return statement;
}

std::vector<const FigureRef*> pointers(const std::vector<FigureRef>& refs) {
  std::vector<const FigureRef*> out;
  out.reserve(refs.size());
  for (const FigureRef& ref : refs) out.push_back(&ref);
  return out;
}

}  // namespace

void check_statement_circles(const ClaimSet& set, const Claim& claim) {
  Statements sums;
  for (const SumStatement& sum : claim.sums) {
    sums.push_back(statement_of(set, claim, set.figure(claim, sum.total), pointers(sum.rows)));
  }
  check_kind(sums, "sum");
  for (const Statement& sum : sums) check_rows(sum);
  Statements products;
  for (const ProductStatement& product : claim.products) {
    products.push_back(
        statement_of(set, claim, set.figure(claim, product.product), pointers(product.factors)));
    check_factors(products.back(), product.product.place);
  }
  check_kind(products, "product");
  Statements ratios;
  for (const RatioStatement& ratio : claim.ratios) {
    ratios.push_back(statement_of(set, claim, ratio.value, {&ratio.a, &ratio.b}));
  }
  check_kind(ratios, "ratio");
  for (const Statement& ratio : ratios) check_ratio(ratio);
}

}  // namespace assay::audit
