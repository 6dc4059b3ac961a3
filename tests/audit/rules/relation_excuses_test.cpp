#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

TEST_CASE("an amount that holds staff or further runs may be above the rent of its hours") {
  const auto result = [](const std::string& money, const std::string& scope) {
    std::string text = cost_claim("money = \"" + money +
                                  " USD\"\nhours = \"1.00e6 gpu_h\"\nprice = \"2.00 USD/gpu_h\"\n");
    const std::string included = "final-run = \"included\"\n";
    text.insert(text.find(included), scope);
    return result_of(audited_text({text}), "hours_times_price");
  };
  CHECK(result("9.00e6", "") == CheckResult::kFail);
  CHECK(result("9.00e6", "staff = \"excluded\"\n") == CheckResult::kFail);
  CHECK(result("9.00e6", "staff = \"included\"\n") == CheckResult::kFlag);
  CHECK(result("0.50e6", "staff = \"included\"\n") == CheckResult::kFail);
}

TEST_CASE("hours that hold further runs or stages may be above devices times time") {
  const auto result = [](const std::string& hours, const std::string& scope) {
    std::string text = claim_head("test-claim", "gpu-hours", "total.hours") +
                       "[total]\nhours = \"" + hours +
                       " gpu_h\"\ndevices = \"1000 gpu\"\nwall = \"10.00 day\"\n";
    const std::string included = "final-run = \"included\"\n";
    text.insert(text.find(included), scope);
    return result_of(audited_text({text}), "devices_times_time");
  };
  CHECK(result("400e3", "") == CheckResult::kFail);
  CHECK(result("400e3", "staff = \"included\"\n") == CheckResult::kFail);
  CHECK(result("400e3", "failed-runs = \"included\"\n") == CheckResult::kFlag);
  CHECK(result("60e3", "failed-runs = \"included\"\n") == CheckResult::kFail);  // a quarter
  CHECK(result("400e3", "RL = \"included\"\n") == CheckResult::kFlag);
  CHECK(result("400e3", "RL = \"excluded\"\n") == CheckResult::kFail);
  CHECK(result("500e3", "RL = \"included\"\n") == CheckResult::kFail);  // above twice
}

TEST_CASE("idle devices explain less money and slower runs, never more work than the time had") {
  const auto result = [](const std::string& figures, const std::string& headline,
                         const std::string& rule) {
    return result_of(audited_text({claim_head("test-claim", "cost", headline) + "[total]\n" +
                                   "devices = \"1024 gpu\"\n" + figures}),
                     rule);
  };
  const auto money = [&](const std::string& amount) {
    return result(
        "price = \"2.00 USD/gpu_h\"\nwall = \"60.0 day\"\nmoney = \"" + amount + " USD\"\n",
        "total.money", "time_times_price");  // 2.95e6 USD
  };
  CHECK(money("2.95e6") == CheckResult::kPass);
  CHECK(money("1.60e6") == CheckResult::kFlag);
  CHECK(money("0.30e6") == CheckResult::kFail);
  CHECK(money("4.50e6") == CheckResult::kFail);
  const auto hours = [&](const std::string& count) {
    return result("tokens = \"2.00e12 token\"\nthroughput = \"50.0e9 token/day\"\nhours = \"" +
                      count + " gpu_h\"\n",
                  "total.hours", "tokens_over_throughput");  // 983e3 gpu_h
  };
  CHECK(hours("983e3") == CheckResult::kPass);
  CHECK(hours("1.30e6") == CheckResult::kFlag);
  CHECK(hours("0.70e6") == CheckResult::kFail);
  CHECK(hours("9.00e6") == CheckResult::kFail);
  // The same two ways where the devices are what is claimed.
  const auto devices = [&](const std::string& count) {
    return result("hours = \"" + count + " gpu_h\"\nwall = \"60.0 day\"\n", "total.devices",
                  "devices_times_time");  // 1.475e6 gpu_h
  };
  CHECK(devices("0.90e6") == CheckResult::kFlag);
  CHECK(devices("2.20e6") == CheckResult::kFail);
}

TEST_CASE("a round number of devices is a word, an odd one a count") {
  const auto result = [](const std::string& devices, const std::string& hours) {
    return result_of(audited_text({claim_head("test-claim", "gpu-hours", "total.hours") +
                                   "[total]\nwall = \"100.0 h\"\ndevices = \"" + devices +
                                   " gpu\"\nhours = \"" + hours + " gpu_h\"\n"}),
                     "devices_times_time");
  };
  CHECK(result("10000", "1075200") == CheckResult::kFlag);  // 10752 of them
  CHECK(result("10000", "1200000") == CheckResult::kFail);
  CHECK(result("9984", "1075200") == CheckResult::kFail);
}

TEST_CASE("a data sheet's power times hours does not contradict measured energy") {
  const auto result = [](const std::string& energy, const std::string& more = "") {
    return result_of(audited_text({claim_head("test-claim", "energy", "total.energy") +
                                   "[total]\nhours = \"1.00e6 gpu_h\"\npower = \"700.0 W\"\n" +
                                   more + "energy = \"" + energy + " MWh\"\n"}),
                     "energy_from_power");
  };
  CHECK(result("700") == CheckResult::kPass);
  CHECK(result("620") == CheckResult::kFlag);   // drawn
  CHECK(result("1240") == CheckResult::kFlag);  // with the node
  CHECK(result("70") == CheckResult::kFail);
  CHECK(result("620", "load = \"1.00 x\"\nnode_factor = \"1.00 x\"\n") == CheckResult::kFail);
}

TEST_CASE("a stated interval, an about and another scope keep a miss from being a contradiction") {
  const auto label = [](const std::string& money, const std::string& hours) {
    return label_name(audited_text({cost_claim("money = " + money + "\nhours = " + hours +
                                               "\nprice = \"2.00 USD/gpu_h\"\n")}));
  };
  const std::string hours = "\"2.00e6 gpu_h\"";
  CHECK(label("\"5.00e6 USD\"", hours) == "inconsistent");
  const std::string stated = "{ value = \"2.00e6 gpu_h\", low = \"1.20e6 gpu_h\", ";
  CHECK(label("\"5.00e6 USD\"", stated + "high = \"2.80e6 gpu_h\", shape = \"uniform\" }") !=
        "inconsistent");
  CHECK(label("\"5.00e6 USD\"", stated + "high = \"2.10e6 gpu_h\", shape = \"uniform\" }") ==
        "inconsistent");
  CHECK(label("{ value = \"5.00e6 USD\", relation = \"about\" }", hours) != "inconsistent");
  CHECK(label("{ value = \"5.00e6 USD\", includes = [\"final-run\", \"staff\"] }", hours) !=
        "inconsistent");
}

TEST_CASE("an about figure is contradicted by exact ones alone, and from far off") {
  const auto label = [](const std::string& money, const std::string& price) {
    return label_name(
        audited_text({cost_claim("hours = \"724e3 gpu_h\"\nmoney = { value = \"" + money +
                                 " USD\", relation = \"about\" }\nprice = " + price + "\n")}));
  };
  CHECK(label("21.0e6", "\"2.90 USD/gpu_h\"") == "inconsistent");
  CHECK(label("2.60e6", "\"2.90 USD/gpu_h\"") != "inconsistent");  // within three tenths
  const auto of_devices = [](const std::string& hours) {
    return label_name(audited_text({claim_head("test-claim", "gpu-hours", "total.hours") +
                                    "[total]\nhours = \"" + hours +
                                    " gpu_h\"\nwall = \"180.0 day\"\ndevices = { value = \"4096 "
                                    "gpu\", relation = \"about\" }\n"}));
  };
  CHECK(of_devices("6.0e6") != "inconsistent");   // as many at the end
  CHECK(of_devices("1.77e6") == "inconsistent");  // a tenth
  CHECK(label("21.0e6", "{ value = \"2.90 USD/gpu_h\", relation = \"about\" }") != "inconsistent");
}

}  // namespace
}  // namespace assay::audit
