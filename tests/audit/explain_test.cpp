#include <cmath>

#include "audit/output/number_text.h"
#include "audit/output/verdict_text.h"
#include "audit/uncertainty/term.h"
#include "tests/audit/audited.h"
#include "tests/audit/formula_value.h"

namespace assay::audit {
namespace {

// "A = B unit" or "A = B unit; C = D unit": both sides of each equation.
void check_equations(const std::string& formula) {
  INFO(formula);
  size_t start = 0;
  while (start < formula.size()) {
    const size_t end = std::min(formula.find("; ", start), formula.size());
    const std::string equation = formula.substr(start, end - start);
    const std::string rounded = " ≈ ";
    const bool exact = equation.find(rounded) == std::string::npos;
    const std::string sign = exact ? " = " : rounded;
    const size_t equals = equation.find(sign);
    REQUIRE(equals != std::string::npos);
    const double left = FormulaValue::of(equation.substr(0, equals));
    const double right = std::stod(equation.substr(equals + sign.size()));
    CHECK(std::abs(left - right) <= (exact ? 1e-11 : 1e-6) * std::abs(right));
    start = end + 2;
  }
}

TEST_CASE("every formula of every claim evaluates to what stands behind its equals sign") {
  size_t formulas = 0;
  for (const auto& [id, claim] : registry_claims().claims()) {
    for (const Check& check : audited(id).checks) {
      if (check.formula.empty()) continue;
      check_equations(check.formula);
      ++formulas;
    }
  }
  CHECK(formulas > 60);
}

TEST_CASE("every computed number has its formula, but a price that is printed") {
  for (const auto& [id, claim] : registry_claims().claims()) {
    for (const Check& check : audited(id).checks) {
      if (!check.computed) continue;
      INFO(id << " " << check.rule << ": " << check.sentence);
      CHECK((!check.formula.empty() || check.rule == "implied_price"));
    }
  }
}

TEST_CASE("both ends of what serving costs have their formulas, and so has the market's hour") {
  const Verdict verdict = audited("ds-api-prices");
  const Check& check = check_of(verdict, "price_against_published_serving");
  const auto has = [&](double value) {
    return check.formula.find("≈ " + rounded_text(value)) != std::string::npos;
  };
  CHECK(has(check.computed->bounds->low));
  CHECK(has(check.computed->bounds->high));
  CHECK(check.formula.find("exp(sqrt((ln(") != std::string::npos);
  CHECK(check.formula.find(" USD/gpu_h; ") != std::string::npos);
}

TEST_CASE("every number of a formula stands among its inputs or is a constant of the formula") {
  const Verdict verdict = audited("dsv3-total-2788k");
  const Check& mfu = check_of(verdict, "implied_mfu");
  CHECK(mfu.formula ==
        "250449887232 * 14800000000000 / (2664000 * 3600 * 989400000000000) ≈ 0.3906375");
  CHECK(mfu.inputs.size() == 5);
  CHECK(mfu.inputs[0].text == "250449887232 FLOP/token");
}

TEST_CASE("explaining prints formula, sources and addresses") {
  const std::string text = verdict_text(audited("dsv3-total-2788k"), Language::kEnglish, true);
  CHECK(text.find("2664000 + 119000 + 5000 = 2788000 gpu_h") != std::string::npos);
  CHECK(text.find("https://arxiv.org/abs/2412.19437") != std::string::npos);
  CHECK(text.find("recalled") != std::string::npos);
}

TEST_CASE("an equals sign stands before a result that the numbers give to its last digit") {
  CHECK(formula_text(constant(512) * constant(80), "gpu_h") == "512 * 80 = 40960 gpu_h");
  CHECK(formula_text(constant(1) / constant(3), "") == "1 / 3 ≈ 0.3333333");
}

TEST_CASE("a term keeps its parentheses") {
  const Term two = constant(2);
  const Term three = constant(3);
  CHECK((two * (two + three)).text == "2 * (2 + 3)");
  CHECK((two / (two * three)).text == "2 / (2 * 3)");
  CHECK((two - (two - three)).text == "2 - (2 - 3)");
  CHECK((constant(1) - two / three).text == "1 - 2 / 3");
}

}  // namespace
}  // namespace assay::audit
