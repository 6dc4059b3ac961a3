#include "audit/rounding_agreement.h"

#include <nlohmann/json.hpp>

#include "audit/output/verdict_json.h"
#include "audit/output/verdict_text.h"
#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

using Catch::Contains;

TEST_CASE("rounding explains up to the ends of both intervals that face each other") {
  // 2 to 4 with 3 computed, 0.5 to 3 with 2 printed.
  const RoundingAgreement above = rounding_agreement(3, {2, 4}, 2, {0.5, 3});
  CHECK(above.away == Approx(0.5));
  CHECK(above.allowed == Approx(3.0 / 2 * 3 / 2 - 1));
  const RoundingAgreement below = rounding_agreement(2, {1.5, 2.5}, 4, {3, 5});
  CHECK(below.away == Approx(-0.5));
  CHECK(below.allowed == Approx(1 - 2 / 2.5 * 3.0 / 4));
}

TEST_CASE("intervals that only touch are explained to their last digit") {
  const RoundingAgreement touching = rounding_agreement(12, {11, 13}, 10, {9, 11});
  CHECK(touching.away == Approx(touching.allowed));
}

// 700,000 h at 3 USD are 2.1e6 USD.
std::string coarse_cost(const std::string& money) {
  return cost_claim("hours = \"7.0e5 gpu_h\"\nprice = \"3.0 USD/gpu_h\"\nmoney = \"" + money +
                    "\"\n");
}

TEST_CASE("a figure that is reproduced by rounding alone says so, with the allowance") {
  const Verdict verdict = audited_text({coarse_cost("2e6 USD")});
  REQUIRE(label_name(verdict) == "reproduced");
  REQUIRE(verdict.rounding_only.has_value());
  CHECK(verdict.rounding_only->away == Approx(0.05));
  CHECK_THAT(verdict.sentence, Contains("agree only within printed rounding"));
  CHECK_THAT(verdict.sentence,
             Contains("+5 % from the printed one, and rounding explains up to 31.18 %"));
  const Check& check = check_of(verdict, "hours_times_price");
  CHECK_THAT(check.sentence, Contains("(+5 %): they agree only within printed rounding"));
  const auto json = verdict_json(verdict).at("recomputed").at("only_within_rounding");
  CHECK(json.at("away").get<double>() == Approx(0.05));
  CHECK(json.at("allowed").get<double>() == Approx(verdict.rounding_only->allowed));
  CHECK(verdict.rounding_only->allowed == Approx(2.1 / 2.001 * 2.5 / 2 - 1));
}

TEST_CASE("a figure that its recomputation gives as printed says nothing of rounding") {
  const Verdict verdict = audited_text({coarse_cost("2.1e6 USD")});
  REQUIRE(label_name(verdict) == "reproduced");
  CHECK_FALSE(verdict.rounding_only.has_value());
  CHECK_THAT(verdict.sentence, !Contains("only within"));
  CHECK(verdict_json(verdict).at("recomputed").at("only_within_rounding").is_null());
}

}  // namespace
}  // namespace assay::audit
