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
