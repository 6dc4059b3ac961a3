#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

std::string in_two_currencies(const std::string& money, const std::string& price,
                              const std::string& more = "") {
  return cost_claim("money = \"" + money + "\"\nhours = \"100e3 gpu_h\"\nprice = \"" + price +
                    "\"\n" + more);
}

const char* const kAt150 =
    "[[conversions]]\nname = \"c\"\nfrom = \"200e3 USD\"\nto = \"30.0e6 JPY\"\nrate = \"150 "
    "JPY/USD\"\n";

TEST_CASE("money meets a price of another currency at the rate that the claim states or implies") {
  const auto verdict = [](const std::string& money, const std::string& more) {
    return audited_text({in_two_currencies(money, "2.00 USD/gpu_h", more)});
  };
  CHECK(label_name(verdict("3.0e6 JPY", kAt150)) == "inconsistent");
  const Verdict fits = verdict("30.0e6 JPY", kAt150);
  CHECK(label_name(fits) == "reproduced");
  CHECK_THAT(check_of(fits, "hours_times_price").sentence,
             Catch::Contains("Converted at 150 JPY/USD"));
  const std::string implied =
      "[[conversions]]\nname = \"c\"\nfrom = \"30.0e6 JPY\"\nto = \"200e3 USD\"\n";
  CHECK(label_name(verdict("3.0e6 JPY", implied)) == "inconsistent");
  CHECK(label_name(verdict("30.0e6 JPY", implied)) == "reproduced");
}

TEST_CASE("two rates of one claim leave what lies between them") {
  const std::string second =
      "[[conversions]]\nname = \"d\"\nfrom = \"100e3 USD\"\nto = \"13.0e6 JPY\"\n";
  const auto label = [&](const std::string& money) {
    return label_name(audited_text({in_two_currencies(money, "2.00 USD/gpu_h", kAt150 + second)}));
  };
  CHECK(label("26.0e6 JPY") == "reproduced");
  CHECK(label("28.0e6 JPY") == "reproduced");
  CHECK(label("20.0e6 JPY") == "inconsistent");
}

TEST_CASE("a registered rate contradicts and reproduces nothing; without a date there is none") {
  const std::string dollars = in_two_currencies("900e3 USD", "2.00 EUR/gpu_h");
  CHECK(result_of(audited_text({dollars}), "hours_times_price") == CheckResult::kFlag);
  const Verdict fits = audited_text({in_two_currencies("215e3 USD", "2.00 EUR/gpu_h")});
  CHECK(result_of(fits, "hours_times_price") == CheckResult::kPass);
  CHECK(label_name(fits) == "unverifiable");
  std::string undated = dollars;
  undated.replace(undated.find("date = \"2024-12\""), 16, "date = \"2015-01\"");
  const Verdict open = audited_text({undated});
  CHECK(result_of(open, "hours_times_price") == CheckResult::kNotApplicable);
  REQUIRE(open.missing.size() == 1);
  CHECK_THAT(open.missing.front(), Catch::Contains("an exchange rate from EUR to USD"));
}

TEST_CASE("two currencies without a rate of their own meet through the dollar") {
  // June 2024: 1.0763 USD/EUR and 157.86 JPY/USD, 169.9 JPY/EUR.
  const auto verdict = [](const std::string& money, const std::string& more = "") {
    return audited_text({in_two_currencies(money, "2.00 EUR/gpu_h", more)});
  };
  const Verdict fits = verdict("34.0e6 JPY");
  CHECK(result_of(fits, "hours_times_price") == CheckResult::kPass);
  CHECK_THAT(check_of(fits, "hours_times_price").sentence,
             Catch::Contains("eur-usd-2024-06") && Catch::Contains("jpy-usd-2024-06"));
  CHECK(result_of(verdict("90.0e6 JPY"), "hours_times_price") == CheckResult::kFlag);
  CHECK(result_of(verdict("3.4e6 JPY"), "hours_times_price") == CheckResult::kFlag);
  // Both legs printed by the claim: its own arithmetic, which may contradict.
  const std::string legs =
      "[[conversions]]\nname = \"a\"\nfrom = \"1.000e6 EUR\"\nto = \"1.080e6 USD\"\n"
      "[[conversions]]\nname = \"b\"\nfrom = \"1.000e6 USD\"\nto = \"155.0e6 JPY\"\n";
  CHECK(label_name(verdict("33.5e6 JPY", legs)) == "reproduced");
  CHECK(label_name(verdict("50.0e6 JPY", legs)) == "inconsistent");
}

TEST_CASE("a headline twice off at a registered rate is not borne out by a usual price") {
  const auto label = [](const std::string& money) {
    return label_name(audited_text({cost_claim(
        "money = \"" + money + "\"\nhours = \"100e3 gpu_h\"\nprice = \"2.00 USD/gpu_h\"\n", "",
        "device = \"h100-sxm\"\n")}));
  };
  CHECK(label("31.4e6 JPY") == "plausible");
  CHECK(label("870 JPY") == "unverifiable");
}

std::string electricity_claim(const std::string& money, const std::string& scope) {
  std::string text =
      cost_claim("money = \"" + money + "\"\nenergy = \"518 MWh\"\ntariff = \"0.080 USD/kWh\"\n");
  const std::string included = "final-run = \"included\"\n";
  return text.replace(text.find(included), included.size(), scope);
}

TEST_CASE("energy times tariff is the cost of electricity, where the money is of it alone") {
  const auto verdict = [](const std::string& money, const std::string& scope) {
    return audited_text({electricity_claim(money, scope)});
  };
  const std::string alone = "energy = \"included\"\n";
  CHECK(label_name(verdict("41.4e3 USD", alone)) == "reproduced");
  CHECK(label_name(verdict("414e3 USD", alone)) == "inconsistent");
  const std::string both = alone + "final-run = \"included\"\n";
  CHECK(label_name(verdict("41.4e3 USD", both)) == "reproduced");
  CHECK(result_of(verdict("414e3 USD", both), "energy_times_tariff") ==
        CheckResult::kNotApplicable);
  CHECK(label_name(verdict("414e3 USD", both + "staff = \"included\"\n")) != "inconsistent");
}

TEST_CASE("a tariff for a MWh is a thousandth of it for a kWh, in other currencies too") {
  const auto result = [](const std::string& tariff) {
    return result_of(audited_text({cost_claim("money = \"5.00e6 USD\"\nelectricity = \"41.4e3 "
                                              "USD\"\nenergy = \"518 MWh\"\ntariff = \"" +
                                              tariff + "\"\n")}),
                     "energy_times_tariff");
  };
  CHECK(result("80.0 USD/MWh") == CheckResult::kPass);
  CHECK(result("800 USD/MWh") == CheckResult::kFail);
  CHECK(result("580 CNY/MWh") == CheckResult::kPass);  // 0.0797 dollars at a registered rate
}

TEST_CASE("a printed cost of electricity is held against its tariff beside the rent") {
  const auto result = [](const std::string& cost) {
    return result_of(
        audited_text({cost_claim("money = \"2.00e6 USD\"\nhours = \"1.00e6 gpu_h\"\nprice = "
                                 "\"2.00 USD/gpu_h\"\nenergy = \"518 MWh\"\npue = \"1.10 x\"\n"
                                 "tariff = \"0.080 USD/kWh\"\nelectricity = \"" +
                                 cost + "\"\n")}),
        "energy_times_tariff");
  };
  CHECK(result("41.4e3 USD") == CheckResult::kPass);
  CHECK(result("45.6e3 USD") == CheckResult::kPass);  // with the building
  CHECK(result("4.14e3 USD") == CheckResult::kFail);
}

}  // namespace
}  // namespace assay::audit
