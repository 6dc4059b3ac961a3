#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

Verdict api_claim(const std::string& run, const std::string& more = "device = \"h800-sxm\"\n") {
  return audited_text({claim_head("test-claim", "relative", "runs.V3.output_price",
                                  "model = \"deepseek-v3\"\n" + more) +
                       "[[runs]]\nname = \"V3\"\nversion = \"V3-0324\"\ndate = \"2025-03\"\n" +
                       run});
}

TEST_CASE("a price that no throughput of the device could earn is flagged, a low one is not") {
  const std::string hour = "price = \"2.00 USD/gpu_h\"\n";
  const Verdict below = api_claim("output_price = \"0.0010 USD/Mtoken\"\n" + hour);
  CHECK(flagged(below, "price_against_serving"));
  CHECK(label_name(below) != "inconsistent");  // who sells below cost contradicts nobody
  const Verdict low = api_claim("output_price = \"1.100 USD/Mtoken\"\n" + hour);
  CHECK_FALSE(flagged(low, "price_against_serving"));
  CHECK(check_of(low, "price_against_serving").computed->value == Approx(505).epsilon(0.02));
}

TEST_CASE("a price below serving at the published throughput is flagged, one above is not") {
  const std::string rest =
      "price = \"2.00 USD/gpu_h\"\ndecode_rate = \"1.00e3 token/s/gpu\"\nutilisation = \"50 %\"\n";
  // 2 / (1,000 x 3,600 x 0.5) x 1e6 = 1.11 dollars.
  CHECK(flagged(api_claim("output_price = \"0.800 USD/Mtoken\"\n" + rest), "cost_of_serving"));
  CHECK_FALSE(flagged(api_claim("output_price = \"1.40 USD/Mtoken\"\n" + rest), "cost_of_serving"));
}

TEST_CASE("the cost of serving shows both ends with their numbers") {
  const Verdict verdict = api_claim(
      "output_price = \"0.800 USD/Mtoken\"\nprice = \"2.00 USD/gpu_h\"\ndecode_rate = \"1.00e3 "
      "token/s/gpu\"\nutilisation = \"50 %\"\n");
  CHECK(check_of(verdict, "cost_of_serving").formula ==
        "1.99 / (1010 * 3600 * 0.525) * 1000000 ≈ 1.042485 USD/Mtoken; 2.01 / (990 * 3600 * "
        "0.475) * 1000000 ≈ 1.187312 USD/Mtoken");
}

TEST_CASE("without a utilisation the devices are taken to be busy, and the sentence says so") {
  const Verdict verdict = api_claim(
      "output_price = \"0.800 USD/Mtoken\"\nprice = \"2.00 USD/gpu_h\"\ndecode_rate = \"1.00e3 "
      "token/s/gpu\"\n");
  const Check& check = check_of(verdict, "cost_of_serving");
  CHECK(check.result == CheckResult::kPass);
  CHECK(check.sentence.find("the kindest reading") != std::string::npos);
}

TEST_CASE("a throughput beyond the device is flagged, a fast one is not") {
  CHECK(flagged(api_claim("output_price = \"1.1 USD/Mtoken\"\ndecode_rate = \"9.0e4 "
                          "token/s/gpu\"\n"),
                "serving_rate_above_bound"));
  CHECK_FALSE(flagged(api_claim("output_price = \"1.1 USD/Mtoken\"\ndecode_rate = \"9.0e3 "
                                "token/s/gpu\"\n"),
                      "serving_rate_above_bound"));
}

TEST_CASE("the price of an hour is the market's at the date of the part, not of the claim") {
  // The registry knows no H800 rent of 2020.
  const Verdict then = api_claim("output_price = \"1.1 USD/Mtoken\"\n");
  CHECK(result_of(then, "price_against_serving") == CheckResult::kPass);
  const Verdict before = audited_text({claim_head("test-claim", "relative", "runs.V3.output_price",
                                                  "model = \"deepseek-v3\"\ndevice = "
                                                  "\"h800-sxm\"\n") +
                                       "[[runs]]\nname = \"V3\"\ndate = \"2020-03\"\noutput_price "
                                       "= \"1.1 USD/Mtoken\"\n"});
  CHECK(result_of(before, "price_against_serving") == CheckResult::kNotApplicable);
}

TEST_CASE("without a device there is nothing to hold a price against") {
  const Verdict verdict = api_claim("output_price = \"1.1 USD/Mtoken\"\n", "");
  const Check& check = check_of(verdict, "price_against_serving");
  CHECK(check.result == CheckResult::kNotApplicable);
  CHECK(check.sentence.find("no device is published") != std::string::npos);
  CHECK(check.name.find("V3-0324, 2025-03") != std::string::npos);
}

TEST_CASE("a date of a part that is no date is refused where it stands") {
  CHECK(fault_of(claim_head("test-claim", "cost", "runs.a.output_price") +
                 "[[runs]]\nname = \"a\"\ndate = \"March\"\noutput_price = \"1 USD/Mtoken\"\n")
            .find("claim.toml:") != std::string::npos);
}

}  // namespace
}  // namespace assay::audit
