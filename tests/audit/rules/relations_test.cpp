#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

TEST_CASE("hours times price must be the cost") {
  const auto verdict = [](const std::string& money) {
    return audited_text({cost_claim(
        "money = \"" + money + " USD\"\nhours = \"1.00e6 gpu_h\"\nprice = \"2.00 USD/gpu_h\"\n")});
  };
  CHECK(label_name(verdict("2.00e6")) == "reproduced");
  CHECK(result_of(verdict("2.06e6"), "hours_times_price") == CheckResult::kFlag);
  CHECK(label_name(verdict("3.00e6")) == "inconsistent");
}

TEST_CASE("figures of two second-hand sources do not fail each other") {
  const std::string mixed = cost_claim(
      "money = { value = \"9.0e6 USD\", source = \"news0\" }\n"
      "hours = { value = \"1.00e6 gpu_h\", source = \"news1\" }\n"
      "price = { value = \"2.00 USD/gpu_h\", source = \"news2\" }\n");
  CHECK(result_of(audited_text({mixed}), "hours_times_price") == CheckResult::kFlag);
  const std::string one = cost_claim(
      "money = { value = \"9.0e6 USD\", source = \"news0\" }\n"
      "hours = { value = \"1.00e6 gpu_h\", source = \"news0\" }\n"
      "price = { value = \"2.00 USD/gpu_h\", source = \"news0\" }\n");
  CHECK(result_of(audited_text({one}), "hours_times_price") == CheckResult::kFail);
}

TEST_CASE("nodes times devices per node stand in for devices that are not printed") {
  const auto verdict = [](const std::string& hours, const std::string& more) {
    return audited_text({claim_head("test-claim", "gpu-hours", "total.hours") +
                         "[total]\nhours = \"" + hours +
                         " gpu_h\"\nnodes = \"256 count\"\nwall = \"10.0 day\"\n" + more});
  };
  const std::string each = "devices_per_node = \"8 gpu\"\n";
  CHECK(label_name(verdict("491.52e3", each)) == "reproduced");
  CHECK(result_of(verdict("61.44e3", each), "devices_times_time") == CheckResult::kFail);
  CHECK_FALSE(has_check(verdict("61.44e3", ""), "devices_times_time"));
  // Printed devices come first.
  CHECK(result_of(verdict("61.44e3", each + "devices = \"256 gpu\"\n"), "devices_times_time") ==
        CheckResult::kPass);
}

TEST_CASE("devices times wall time must be the hours, within their rounding") {
  const auto result = [](const std::string& wall) {
    return result_of(
        audited_text({claim_head("test-claim", "gpu-hours", "total.hours") +
                      "[total]\nhours = \"2.4e6 gpu_h\"\ndevices = \"2000 gpu\"\nwall = \"" + wall +
                      "\"\n"}),
        "devices_times_time");
  };
  CHECK(result("50.0 day") == CheckResult::kPass);
  CHECK(result("1.6 month") == CheckResult::kPass);
  CHECK(result("30.0 day") == CheckResult::kFail);
  CHECK(result("80.0 day") == CheckResult::kFlag);  // held, and at work for 63 % of the time
  CHECK(result("300.0 day") == CheckResult::kFail);
}

TEST_CASE("a rate per token times tokens must be the hours") {
  const auto result = [](const std::string& hours) {
    return result_of(
        audited_text(
            {claim_head("test-claim", "gpu-hours", "total.hours") + "[total]\nhours = \"" + hours +
             "\"\nhours_per_token = \"180e3 gpu_h/Ttoken\"\ntokens = \"10.0e12 token\"\n"}),
        "rate_times_tokens");
  };
  CHECK(result("1.80e6 gpu_h") == CheckResult::kPass);
  CHECK(result("1.95e6 gpu_h") == CheckResult::kFlag);  // with stops, or further stages
  CHECK(result("1.50e6 gpu_h") == CheckResult::kFail);
  CHECK(result("180e3 gpu_h") == CheckResult::kFail);
}

TEST_CASE("energy is hours times power, carbon is energy times intensity") {
  const auto verdict = [](const std::string& carbon) {
    return audited_text(
        {claim_head("test-claim", "carbon", "total.carbon", "device = \"a100-80gb-sxm\"\n") +
         "[total]\nhours = \"1022362 gpu_h\"\npower = \"400 W\"\npue = \"1.10 x\"\n"
         "energy = \"449 MWh\"\ncarbon_intensity = \"385 gCO2e/kWh\"\ncarbon = \"" +
         carbon + "\"\n"});
  };
  CHECK(label_name(verdict("173 tCO2e")) == "reproduced");
  CHECK(check_of(verdict("173 tCO2e"), "energy_from_power").computed->value ==
        Approx(449839).epsilon(1e-5));
  CHECK(label_name(verdict("12.9 tCO2e")) == "inconsistent");
}

TEST_CASE("a table may print energy before or after the building's overhead") {
  const auto result = [](const std::string& carbon) {
    return result_of(audited_text({claim_head("test-claim", "carbon", "total.carbon") +
                                   "[total]\nenergy = \"131 MWh\"\npue = \"1.20 x\"\n"
                                   "carbon_intensity = \"0.332 kgCO2e/kWh\"\ncarbon = \"" +
                                   carbon + " tCO2e\"\n"}),
                     "carbon_from_energy");
  };
  CHECK(result("52") == CheckResult::kPass);
  CHECK(result("43.5") == CheckResult::kPass);
  CHECK(result("70") == CheckResult::kFail);
}

TEST_CASE("of two readings the one that is nearer to the print is shown") {
  const auto computed = [](const std::string& carbon) {
    return check_of(audited_text({claim_head("test-claim", "carbon", "total.carbon") +
                                  "[total]\nenergy = \"131 MWh\"\npue = \"1.20 x\"\n"
                                  "carbon_intensity = \"0.332 kgCO2e/kWh\"\ncarbon = \"" +
                                  carbon + " tCO2e\"\n"}),
                    "carbon_from_energy")
        .computed->value;
  };
  CHECK(computed("30") == Approx(131e3 * 0.332));        // the building is in the energy
  CHECK(computed("70") == Approx(131e3 * 0.332 * 1.2));  // it is not
}

TEST_CASE("memory does not contradict memory, nor does our own arithmetic contradict a source") {
  const auto result = [](const std::string& mark) {
    std::string text = cost_claim(
        "money = \"3.00e6 USD\"\nhours = \"1.00e6 gpu_h\"\nprice = { value = \"2.00 USD/gpu_h\", "
        "mark = \"" +
        mark + "\" }\n");
    if (mark == "recalled") text.replace(text.find("\"seen\""), 6, "\"recalled\"");
    return result_of(audited_text({text}), "hours_times_price");
  };
  CHECK(result("seen") == CheckResult::kFail);
  CHECK(result("recalled") == CheckResult::kFlag);
  CHECK(result("derived") == CheckResult::kFlag);
}

TEST_CASE("a printed range stands in a formula with its middle, inside its interval") {
  const Verdict verdict = audited_text(
      {cost_claim("money = \"6.0e6 USD\"\nhours = { value = \"2.0e6 gpu_h\", to = \"4.0e6 gpu_h\" "
                  "}\nprice = \"2.00 USD/gpu_h\"\n")});
  REQUIRE(verdict.recomputed);
  CHECK(verdict.recomputed->value == Approx(6e6));
  CHECK(label_name(verdict) == "reproduced");
}

TEST_CASE("a throughput is that of its devices") {
  const auto label = [](const std::string& throughput) {
    return label_name(audited_text({claim_head("test-claim", "efficiency", "total.throughput") +
                                    "[total]\ndevices = \"1024 gpu\"\ndevice_throughput = \"1916 "
                                    "token/s/gpu\"\nthroughput = \"" +
                                    throughput + " token/s\"\n"}));
  };
  CHECK(label("1.962e6") == "reproduced");
  CHECK(label("15.70e6") == "inconsistent");
}

}  // namespace
}  // namespace assay::audit
