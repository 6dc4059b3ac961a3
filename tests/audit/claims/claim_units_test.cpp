// Units with prefixes in claims: rules reckon with what the figures are, not with their numbers.
#include <string>

#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

Verdict electricity_claim(const std::string& energy, const std::string& tariff) {
  return audited_text({claim_head("test-claim", "cost", "total.electricity") +
                       "[total]\nelectricity = \"64350 USD\"\nenergy = \"" + energy +
                       "\"\ntariff = \"" + tariff + "\"\n"});
}

std::string refusal_of(const std::string& total) {
  try {
    audited_text({claim_head("test-claim", "cost", "total.money") + "[total]\n" + total});
  } catch (const DataError& error) {
    return error.what();
  }
  return {};
}

TEST_CASE("energy in GWh and a tariff per MWh give the cost of electricity") {
  CHECK(result_of(electricity_claim("1.287 GWh", "50.0 USD/MWh"), "energy_times_tariff") ==
        CheckResult::kPass);
  CHECK(result_of(electricity_claim("1287 MWh", "0.0500 USD/kWh"), "energy_times_tariff") ==
        CheckResult::kPass);
  CHECK(result_of(electricity_claim("1.287 GWh", "50.0 USD/kWh"), "energy_times_tariff") ==
        CheckResult::kFail);
}

TEST_CASE("prices per thousand and per million tokens are compared as prices of one token") {
  const auto options = [](const std::string& cheap, const std::string& dear) {
    return audited_text({claim_head("test-claim", "relative-price", "ratios.price") +
                         "[[ratios]]\nname = \"price\"\nvalue = \"10.0 x\"\nform = \"ratio\"\na = "
                         "\"runs.dear.output_price\"\nb = \"runs.cheap.output_price\"\n"
                         "[[runs]]\nname = \"cheap\"\noutput_price = \"" +
                         cheap + "\"\n[[runs]]\nname = \"dear\"\noutput_price = \"" + dear +
                         "\"\n"});
  };
  CHECK(label_name(options("2.00 USD/Mtoken", "0.0200 USD/ktoken")) != "inconsistent");
  CHECK(label_name(options("2.00 USD/Mtoken", "20.0 USD/Mtoken")) ==
        label_name(options("2.00 USD/Mtoken", "0.0200 USD/ktoken")));
  CHECK(label_name(options("2.00 USD/Mtoken", "0.200 USD/ktoken")) == "inconsistent");
}

TEST_CASE("parameters in Gparam and tokens in Gtoken are those in units") {
  const auto flops = [](const std::string& params, const std::string& tokens) {
    const Verdict verdict =
        audited_text({claim_head("test-claim", "compute", "total.flops") +
                      "[total]\nflops = \"3.14e23 FLOP\"\n" + "active_params = \"" + params +
                      "\"\nparams = \"" + params + "\"\ntokens = \"" + tokens + "\"\n"});
    REQUIRE(verdict.recomputed);
    return verdict.recomputed->value;
  };
  CHECK(flops("175 Gparam", "300 Gtoken") == Approx(flops("175e9 param", "300e9 token")));
  CHECK(flops("175 Bparam", "0.3 Ttoken") == Approx(flops("175e9 param", "300e9 token")));
}

TEST_CASE("an unknown unit is refused with its place and near ones; a wrong one with the right") {
  CHECK_THAT(refusal_of("money = \"5e6 dollars\"\n"),
             Catch::Contains("claim.toml:") && Catch::Contains("near it: USD"));
  CHECK_THAT(refusal_of("money = \"5e6 USD\"\nparams = \"671 B\"\n"),
             Catch::Contains("claim.toml:") && Catch::Contains("params"));
}

}  // namespace
}  // namespace assay::audit
