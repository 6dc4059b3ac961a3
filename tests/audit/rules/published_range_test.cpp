#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

Verdict with_figures(const std::string& figures, const std::string& date = "2024-12") {
  std::string text = claim_head("test-claim", "energy", "total.energy", "device = \"h100-sxm\"\n") +
                     "[total]\nenergy = \"1000 MWh\"\n" + figures;
  return audited_text({text.replace(text.find("2024-12"), 7, date)});
}

const std::string kBeyondAll = "beyond_all_published";

TEST_CASE("what lies half again beyond everything published is flagged with the range") {
  const Verdict building = with_figures("pue = \"10.0 x\"\n");
  CHECK(flagged(building, kBeyondAll));
  CHECK(check_of(building, kBeyondAll).expected->bounds->high == Approx(2.5));
  CHECK(check_of(building, kBeyondAll).inputs.back().source.find("dck-average-pue") == 0);
  CHECK(flagged(with_figures("carbon_intensity = \"10000 gCO2e/kWh\"\n"), kBeyondAll));
  CHECK(flagged(with_figures("carbon_intensity = \"0.5 gCO2e/kWh\"\n"), kBeyondAll));
  CHECK(flagged(with_figures("tariff = \"100 USD/kWh\"\n"), kBeyondAll));
  CHECK(flagged(with_figures("tariff = \"0.0008 USD/kWh\"\n"), kBeyondAll));
  CHECK(flagged(with_figures("node_factor = \"18.2 x\"\n"), kBeyondAll));
}

TEST_CASE("unusual figures that somebody has published are not flagged") {
  CHECK_FALSE(has_check(with_figures("pue = \"2.5 x\"\n"), kBeyondAll));
  CHECK_FALSE(has_check(with_figures("pue = \"1.03 x\"\n"), kBeyondAll));
  CHECK_FALSE(
      has_check(with_figures("pue = \"0.5 x\"\n"), kBeyondAll));  // impossible: another rule
  CHECK_FALSE(has_check(with_figures("carbon_intensity = \"1300 gCO2e/kWh\"\n"), kBeyondAll));
  CHECK_FALSE(has_check(with_figures("carbon_intensity = \"2 gCO2e/kWh\"\n"), kBeyondAll));
  CHECK_FALSE(has_check(with_figures("carbon_intensity = \"0 gCO2e/kWh\"\n"), kBeyondAll));
  CHECK_FALSE(has_check(
      with_figures("accounting = \"market\"\ncarbon_intensity = \"0.5 gCO2e/kWh\"\n"), kBeyondAll));
  CHECK_FALSE(has_check(with_figures("tariff = \"0.79 USD/kWh\"\n"), kBeyondAll));
  CHECK_FALSE(has_check(with_figures("tariff = \"70 USD/MWh\"\n"), kBeyondAll));
  CHECK_FALSE(has_check(with_figures("tariff = \"500 CNY/MWh\"\n"), kBeyondAll));
  CHECK_FALSE(has_check(with_figures("node_factor = \"2.03 x\"\n"), kBeyondAll));
}

TEST_CASE("a tariff of another currency is brought to the band's, or not compared") {
  CHECK(flagged(with_figures("tariff = \"1500 JPY/kWh\"\n"), kBeyondAll));
  CHECK_FALSE(has_check(with_figures("tariff = \"15 JPY/kWh\"\n"), kBeyondAll));
  CHECK_FALSE(has_check(with_figures("tariff = \"1500 JPY/kWh\"\n", "2012-12"), kBeyondAll));
}

TEST_CASE("a building that nobody has does not explain a power") {
  const auto label = [](const std::string& pue, const std::string& energy) {
    return label_name(audited_text(
        {claim_head("test-claim", "energy", "total.energy", "device = \"a100-80gb-sxm\"\n") +
         "[total]\nenergy = \"" + energy + " MWh\"\nhours = \"1.08e6 gpu_h\"\n" +
         "power = \"400 W\"\npue = \"" + pue + " x\"\n"}));
  };
  CHECK(label("10.0", "4.32e3") == "unverifiable");
  CHECK(label("1.10", "475") == "reproduced");
}

}  // namespace
}  // namespace assay::audit
