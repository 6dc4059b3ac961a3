#include "audit/claims/product_units.h"

#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

Verdict product_of(const std::string& a, const std::string& b, const std::string& product) {
  return audited_text({claim_head("test-claim", "context", "figures.product") +
                       "[figures]\na = \"" + a + "\"\nb = \"" + b + "\"\nproduct = \"" + product +
                       "\"\n[[products]]\nname = \"p\"\nfactors = [\"figures.a\", \"figures.b\"]\n"
                       "product = \"figures.product\"\n"});
}

TEST_CASE("a product is reckoned in the units of its factors") {
  struct Row {
    std::string a;
    std::string b;
    std::string product;
  };
  for (const auto& [a, b, product] :
       std::vector<Row>{{"433 MWh", "57 gCO2e/kWh", "24.7 tCO2e"},
                        {"433 MWh", "0.100 USD/kWh", "43.3e3 USD"},
                        {"50.0e6 USD", "10.0 %", "5.00e6 USD"},
                        {"512 gpu", "10.0 day", "122.9e3 gpu_h"},
                        {"14.8e12 token", "180e3 gpu_h/Ttoken", "2.664e6 gpu_h"},
                        {"3.00e12 token", "2.00 USD/Mtoken", "6.00e6 USD"},
                        {"1.50 MW", "2.00 day", "72.0 MWh"},
                        {"250 GFLOP/token", "2.00 Ttoken", "5.00e23 FLOP"},
                        {"9.60 x", "2.00e12 token", "1.92e13 FLOP"},  // a number may carry any unit
                        {"100e3 count", "2.00 USD/gpu_h", "200e3 USD"}}) {
    CAPTURE(a, b);
    CHECK(result_of(product_of(a, b, product), "stated_product") == CheckResult::kPass);
  }
  CHECK(result_of(product_of("433 MWh", "57 gCO2e/kWh", "24.7e3 tCO2e"), "stated_product") ==
        CheckResult::kFail);
}

TEST_CASE("units that give another unit are an error at the product's place") {
  CHECK_THROWS_WITH(product_of("2.50e6 gpu_h", "2.00 MWh", "5.00e6 USD"),
                    Catch::Contains("\"2.50e6 gpu_h\" and \"2.00 MWh\" give no \"5.00e6 USD\""));
  CHECK_THROWS_WITH(product_of("5.00 USD", "5.00 USD", "25.0 USD"), Catch::Contains("give no"));
}

TEST_CASE("a product in another currency is held at a rate, or not at all") {
  const Verdict near = product_of("2.50e6 gpu_h", "2.00 USD/gpu_h", "36.0e6 CNY");
  CHECK(result_of(near, "stated_product") != CheckResult::kFail);
  const Verdict as_if_one = product_of("2.50e6 gpu_h", "2.00 USD/gpu_h", "5.00e6 CNY");
  CHECK(result_of(as_if_one, "stated_product") != CheckResult::kPass);
}

}  // namespace
}  // namespace assay::audit
