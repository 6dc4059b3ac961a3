#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

// A price of tokens of a model that serving speeds are published of, and no throughput of its own.
Verdict priced(const std::string& price, const std::string& date = "2025-03",
               const std::string& model = "deepseek-v3") {
  return audited_text({claim_head("test-claim", "relative-price", "runs.api.output_price",
                                  "model = \"" + model + "\"\n") +
                       "[[runs]]\nname = \"api\"\nversion = \"V3\"\ndate = \"" + date + "\"\n" +
                       price});
}

TEST_CASE("a price below every published serving cost is flagged, one above is not") {
  const std::string rule = "price_against_published_serving";
  // 2 USD / (1,850 x 3,600) x 1e6 = 0.30 dollars on DeepSeek's own H800.
  const Verdict below = priced("output_price = \"0.100 USD/Mtoken\"\n");
  CHECK(flagged(below, rule));
  CHECK(label_name(below) != "inconsistent");
  const Verdict above = priced("output_price = \"1.10 USD/Mtoken\"\n");
  CHECK(result_of(above, rule) == CheckResult::kPass);
  CHECK(check_of(above, rule).computed->bounds->low < 0.31);
}

TEST_CASE("a model of the same shape is served at the same speed, another one is not") {
  const std::string price = "output_price = \"2.19 USD/Mtoken\"\n";
  CHECK(result_of(priced(price, "2025-03", "deepseek-r1"), "price_against_published_serving") ==
        CheckResult::kPass);
  CHECK_FALSE(
      has_check(priced(price, "2025-03", "llama-3-70b"), "price_against_published_serving"));
}

TEST_CASE("throughput of another year says nothing of a price") {
  const std::string price = "output_price = \"0.100 USD/Mtoken\"\n";
  CHECK_FALSE(has_check(priced(price, "2029-01"), "price_against_published_serving"));
}

TEST_CASE("a price with a throughput of its own is held against that alone") {
  const Verdict own =
      priced("output_price = \"1.10 USD/Mtoken\"\ndecode_rate = \"1.0e3 token/s/gpu\"\n");
  CHECK_FALSE(has_check(own, "price_against_published_serving"));
}

TEST_CASE("a stated use of the devices raises the cost") {
  const Verdict idle = priced("output_price = \"1.10 USD/Mtoken\"\nutilisation = \"2.0 %\"\n");
  CHECK(flagged(idle, "price_against_published_serving"));
}

}  // namespace
}  // namespace assay::audit
