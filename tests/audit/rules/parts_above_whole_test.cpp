#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

Verdict with_electricity(const std::string& electricity, const std::string& scope,
                         const std::string& more = "") {
  return audited_text({cost_claim("money = \"5.00e4 USD\"\nelectricity = \"" + electricity + "\"\n",
                                  scope + more)});
}

const std::string kIncluded = "energy = \"included\"\n";

TEST_CASE("electricity above a cost that holds it is a contradiction") {
  const std::string rule = "electricity_above_money";
  const Verdict above = with_electricity("4.33e5 USD", kIncluded);
  CHECK(result_of(above, rule) == CheckResult::kFail);
  CHECK(label_name(above) == "inconsistent");
  CHECK(flagged(with_electricity("4.33e5 USD", ""), rule));
  CHECK_FALSE(has_check(with_electricity("4.33e5 USD", "energy = \"excluded\"\n"), rule));
  CHECK_FALSE(has_check(with_electricity("4.33e4 USD", kIncluded), rule));
}

TEST_CASE("electricity of another currency meets the cost at an exchange rate") {
  const std::string rule = "electricity_above_money";
  const std::string rate =
      "[[conversions]]\nname = \"c\"\nfrom = \"1.000 USD\"\nto = \"7.200 CNY\"\n";
  CHECK(result_of(with_electricity("4.33e6 CNY", kIncluded, rate), rule) == CheckResult::kFail);
  CHECK(result_of(with_electricity("4.33e6 CNY", kIncluded), rule) == CheckResult::kFlag);
  CHECK_FALSE(has_check(with_electricity("1.00e5 CNY", kIncluded), rule));
}

TEST_CASE("computed electricity above the cost is flagged") {
  const auto verdict = [](const std::string& money) {
    return audited_text({cost_claim("money = \"" + money +
                                    "\"\nhours = \"1.00e6 gpu_h\"\npower = \"700 W\"\ntariff = "
                                    "\"0.100 USD/kWh\"\n")});
  };
  CHECK(flagged(verdict("2.00e4 USD"), "energy_share"));
  CHECK_FALSE(flagged(verdict("2.00e6 USD"), "energy_share"));
}

Verdict with_shares(const std::vector<std::string>& shares) {
  std::string text = cost_claim("money = \"8.5e6 USD\"\n");
  for (const std::string& share : shares) {
    text +=
        "[[shares]]\nname = \"part " + std::to_string(text.size()) + "\"\nshare = " + share + "\n";
  }
  return audited_text({text});
}

TEST_CASE("shares of one whole come to no more than it") {
  const std::string rule = "shares_above_whole";
  const Verdict above = with_shares({"\"80 %\"", "\"70 %\""});
  CHECK(result_of(above, rule) == CheckResult::kFail);
  CHECK(label_name(above) == "inconsistent");
  CHECK_FALSE(has_check(with_shares({"\"34 %\"", "\"33 %\"", "\"34 %\""}), rule));
  CHECK_FALSE(has_check(
      with_shares({"{ value = \"47 %\", to = \"67 %\" }", "{ value = \"29 %\", to = \"49 %\" }"}),
      rule));
  CHECK(flagged(with_shares({"\"80 %\"", "{ value = \"70 %\", mark = \"recalled\" }"}), rule));
  // Of two documents each has a whole of its own.
  CHECK_FALSE(
      has_check(with_shares({"\"80 %\"", "{ value = \"70 %\", source = \"dsv3-gh\" }"}), rule));
}

}  // namespace
}  // namespace assay::audit
