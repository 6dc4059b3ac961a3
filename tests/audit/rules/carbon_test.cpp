#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

std::string row(const std::string& carbon, const std::string& other, const std::string& more = "") {
  return claim_head("test-claim", "carbon", "total.carbon", "device = \"h100-sxm\"\n") +
         "[total]\nhours = \"7.0e6 gpu_h\"\npower = \"700 W\"\ncarbon = \"" + carbon + "\"\n" +
         more + "[[runs]]\nname = \"another row\"\nhours = \"1.46e6 gpu_h\"\npower = \"700 W\"\n" +
         "carbon = \"" + other + "\"\n";
}

TEST_CASE("a row that no grid explains contradicts the other rows of its source") {
  CHECK(label_name(audited_text({row("12.9 tCO2e", "420 tCO2e")})) == "inconsistent");
  CHECK(label_name(audited_text({row("2040 tCO2e", "420 tCO2e")})) == "plausible");
}

TEST_CASE("a row of a clean grid beside one of a coal grid is no contradiction") {
  const Verdict verdict = audited_text({row("150 tCO2e", "900 tCO2e")});
  CHECK_FALSE(has_check(verdict, "carbon_rows_apart"));
  CHECK(label_name(verdict) == "plausible");
}

TEST_CASE("market-based emissions are named and not held against the grid") {
  const Verdict verdict =
      audited_text({row("12.9 tCO2e", "420 tCO2e", "accounting = \"market\"\n")});
  CHECK(flagged(verdict, "market_based_carbon"));
  CHECK(label_name(verdict) != "inconsistent");
  CHECK_FALSE(flagged(audited_text({row("2040 tCO2e", "420 tCO2e", "accounting = \"location\"\n")}),
                      "market_based_carbon"));
}

TEST_CASE("a market figure is not held against a grid's printed intensity") {
  const auto verdict = [](const std::string& accounting) {
    return audited_text({claim_head("test-claim", "carbon", "total.carbon") +
                         "[total]\nenergy = \"518 MWh\"\ncarbon_intensity = \"300 gCO2e/kWh\"\n"
                         "carbon = \"15.5 tCO2e\"\naccounting = \"" +
                         accounting + "\"\n"});
  };
  CHECK(result_of(verdict("market"), "carbon_from_energy") == CheckResult::kFlag);
  CHECK(label_name(verdict("market")) == "unverifiable");
  CHECK(label_name(verdict("location")) == "inconsistent");
}

TEST_CASE("emissions per MWh are held against the registered grids") {
  const auto verdict = [](const std::string& carbon) {
    return audited_text({claim_head("test-claim", "carbon", "total.carbon") +
                         "[total]\nenergy = \"1000.0 MWh\"\ncarbon = \"" + carbon + "\"\n"});
  };
  CHECK(label_name(verdict("400 tCO2e")) == "plausible");
  CHECK(flagged(verdict("4.0 tCO2e"), "carbon_per_energy"));
  CHECK(flagged(verdict("4000.0 tCO2e"), "carbon_per_energy"));
}

TEST_CASE("a building that the energy holds already is not counted again in the carbon") {
  const auto verdict = [](const std::string& energy, const std::string& carbon) {
    return audited_text({claim_head("test-claim", "carbon", "total.carbon") +
                         "[total]\nhours = \"724e3 gpu_h\"\npower = \"650 W\"\npue = \"1.30 x\"\n"
                         "carbon_intensity = \"300 gCO2e/kWh\"\nenergy = \"" +
                         energy + " MWh\"\ncarbon = \"" + carbon + " tCO2e\"\n"});
  };
  const Verdict twice = verdict("612", "239");
  CHECK(flagged(twice, "carbon_from_energy"));
  CHECK(label_name(twice) != "reproduced");
  CHECK(label_name(twice) != "inconsistent");
  CHECK(label_name(verdict("612", "184")) == "reproduced");
  CHECK(label_name(verdict("471", "184")) == "reproduced");  // the building in the carbon alone
}

std::string energy_claim(const std::string& carbon, const std::string& more) {
  return claim_head("test-claim", "carbon", "total.carbon", "device = \"h100-sxm\"\n") +
         "[total]\nenergy = \"518 MWh\"\ncarbon_intensity = \"300 gCO2e/kWh\"\ncarbon = \"" +
         carbon + "\"\n" + more;
}

TEST_CASE("no carbon at all is a market-based figure, and contradicts a stated grid") {
  const Verdict market = audited_text({energy_claim("0 tCO2e", "accounting = \"market\"\n")});
  CHECK(flagged(market, "market_based_carbon"));
  CHECK(label_name(market) == "unverifiable");
  CHECK(label_name(audited_text({energy_claim("0 tCO2e", "")})) == "unverifiable");
  CHECK(label_name(audited_text({energy_claim("0 tCO2e", "accounting = \"location\"\n")})) ==
        "inconsistent");
  std::string wind = energy_claim("0 tCO2e", "accounting = \"location\"\n");
  wind.replace(wind.find("300 g"), 5, "0 g");
  CHECK(label_name(audited_text({wind})) == "reproduced");
}

TEST_CASE("carbon with the making of the devices is a sum") {
  CHECK(label_name(audited_text({energy_claim("195 tCO2e", "")})) == "inconsistent");
  const std::string embodied = "embodied_carbon = \"40 tCO2e\"\n";
  const auto label = [&](const std::string& carbon, const std::string& more) {
    return label_name(audited_text({energy_claim(carbon, embodied + more)}));
  };
  CHECK(label("195 tCO2e", "") == "reproduced");
  CHECK(label("155 tCO2e", "") == "reproduced");  // the making beside it
  CHECK(label("155 tCO2e", "embodied = \"included\"\n") == "inconsistent");
  CHECK(label("195 tCO2e", "embodied = \"excluded\"\n") == "inconsistent");
  CHECK(label("295 tCO2e", "") == "unverifiable");  // more was counted than the two
}

TEST_CASE("without energy the sum is held against power, and the making against the sum") {
  const auto verdict = [](const std::string& figures) {
    return audited_text(
        {claim_head("test-claim", "carbon", "total.carbon", "device = \"h100-sxm\"\n") +
         "[total]\nembodied_carbon = \"30.0 tCO2e\"\n" + figures});
  };
  const std::string power =
      "hours = \"100e3 gpu_h\"\npower = \"700 W\"\ncarbon_intensity = \"400 gCO2e/kWh\"\n";
  CHECK(result_of(verdict(power + "carbon = \"58.0 tCO2e\"\n"), "carbon_with_embodied") ==
        CheckResult::kPass);
  CHECK(result_of(verdict(power + "carbon = \"90.0 tCO2e\"\n"), "carbon_with_embodied") ==
        CheckResult::kFlag);
  CHECK(label_name(verdict("carbon = \"20.0 tCO2e\"\nembodied = \"included\"\n")) ==
        "inconsistent");
  CHECK(label_name(verdict("carbon = \"60.0 tCO2e\"\nembodied = \"included\"\n")) !=
        "inconsistent");
  CHECK(label_name(verdict("carbon = \"20.0 tCO2e\"\n")) != "inconsistent");
}

TEST_CASE("carbon that is said to hold the making may be more than the energy's, not less") {
  const auto label = [&](const std::string& carbon) {
    return label_name(audited_text({energy_claim(carbon, "embodied = \"included\"\n")}));
  };
  CHECK(label("195 tCO2e") == "unverifiable");
  CHECK(label("95 tCO2e") == "inconsistent");
  CHECK_THAT(fault_of(energy_claim("195 tCO2e", "embodied = \"partly\"\n")),
             Catch::Contains("embodied carbon is \"included\" or \"excluded\""));
}

}  // namespace
}  // namespace assay::audit
