#include "tests/audit/audited.h"

// Every rule with a claim that it must notice and a near twin that it must not. The claims are
// invented for the tests.
namespace assay::audit {
namespace {

std::string cost_claim(const std::string& total, const std::string& rest = "",
                       const std::string& more = "") {
  return claim_head("test-claim", "cost", "total.money", more) + rest + "[total]\n" + total;
}

CheckResult result_of(const Verdict& verdict, const std::string& rule) {
  return check_of(verdict, rule).result;
}

std::string two_stages(const std::string& first, const std::string& second) {
  return "[[stages]]\nname = \"a\"\ndimension = \"final-run\"\n" + first +
         "[[stages]]\nname = \"b\"\ndimension = \"RL\"\n" + second;
}

TEST_CASE("stages that give more than the total fail, a larger total is a flag") {
  const std::string stages = two_stages("money = \"7.0e6 USD\"\n", "money = \"2.0e6 USD\"\n");
  const auto result = [&](const std::string& total) {
    return result_of(audited_text({cost_claim("money = \"" + total + " USD\"\n", stages)}),
                     "stages_add_up");
  };
  CHECK(result("9.0e6") == CheckResult::kPass);
  CHECK(result("8.8e6") == CheckResult::kPass);  // every figure one digit off
  CHECK(result("8.6e6") == CheckResult::kFlag);  // 1.2 % beyond rounding
  CHECK(result("6.0e6") == CheckResult::kFail);
  CHECK(result("12.0e6") == CheckResult::kFlag);
}

TEST_CASE("hours times price must be the cost") {
  const auto verdict = [](const std::string& money) {
    return audited_text({cost_claim("money = \"" + money +
                                    " USD\"\nhours = \"1.00e6 gpu_h\"\nprice = \"2.00 USD/gpu_h\"\n")});
  };
  CHECK(label_name(verdict("2.00e6")) == "reproduced");
  CHECK(result_of(verdict("2.06e6"), "hours_times_price") == CheckResult::kFlag);
  CHECK(label_name(verdict("3.00e6")) == "inconsistent");
}

TEST_CASE("prices in another currency are not multiplied") {
  CHECK_FALSE(has_check(
      audited_text({cost_claim("money = \"2e6 USD\"\nhours = \"1e6 gpu_h\"\nprice = \"9 EUR/gpu_h\"\n")}),
      "hours_times_price"));
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

TEST_CASE("devices times wall time must be the hours, within their rounding") {
  const auto result = [](const std::string& wall) {
    return result_of(audited_text({claim_head("test-claim", "gpu-hours", "total.hours") +
                                   "[total]\nhours = \"2.4e6 gpu_h\"\ndevices = \"2000 gpu\"\nwall = \"" +
                                   wall + "\"\n"}),
                     "devices_times_time");
  };
  CHECK(result("50.0 day") == CheckResult::kPass);
  CHECK(result("1.6 month") == CheckResult::kPass);
  CHECK(result("80.0 day") == CheckResult::kFail);
}

TEST_CASE("a rate per token times tokens must be the hours") {
  const auto result = [](const std::string& hours) {
    return result_of(audited_text({claim_head("test-claim", "gpu-hours", "total.hours") +
                                   "[total]\nhours = \"" + hours +
                                   "\"\nhours_per_token = \"180e3 gpu_h/Ttoken\"\ntokens = \"10.0e12 token\"\n"}),
                     "rate_times_tokens");
  };
  CHECK(result("1.80e6 gpu_h") == CheckResult::kPass);
  CHECK(result("180e3 gpu_h") == CheckResult::kFail);
}

TEST_CASE("energy is hours times power, carbon is energy times intensity") {
  const auto verdict = [](const std::string& carbon) {
    return audited_text({claim_head("test-claim", "carbon", "total.carbon", "device = \"a100-80gb-sxm\"\n") +
                         "[total]\nhours = \"1022362 gpu_h\"\npower = \"400 W\"\npue = \"1.10 x\"\n"
                         "energy = \"449 MWh\"\ncarbon_intensity = \"385 gCO2e/kWh\"\ncarbon = \"" +
                         carbon + "\"\n"});
  };
  CHECK(label_name(verdict("173 tCO2e")) == "reproduced");
  CHECK(check_of(verdict("173 tCO2e"), "energy_from_power").computed->value ==
        Approx(449839).epsilon(1e-5));
  CHECK(label_name(verdict("12.9 tCO2e")) == "inconsistent");
}

TEST_CASE("column sums and stated products are checked as the source prints them") {
  const auto verdict = [](const std::string& total, const std::string& product) {
    return audited_text({claim_head("test-claim", "context", "figures.total") +
                         "[figures]\na = \"7 count\"\nb = \"8 count\"\ntotal = \"" + total +
                         " count\"\nproduct = \"" + product +
                         " count\"\n[[sums]]\nname = \"s\"\nrows = [\"figures.a\", \"figures.b\"]\n"
                         "total = \"figures.total\"\n[[products]]\nname = \"p\"\n"
                         "factors = [\"figures.a\", \"figures.b\"]\nproduct = \"figures.product\"\n"});
  };
  CHECK(label_name(verdict("15", "56")) == "null");
  CHECK(result_of(verdict("14", "56"), "column_sum") == CheckResult::kFail);
  CHECK(result_of(verdict("20", "56"), "column_sum") == CheckResult::kFlag);
  CHECK(result_of(verdict("15", "78"), "stated_product") == CheckResult::kFail);
}

std::string ratio_claim(const std::string& value, const std::string& form) {
  return claim_head("test-claim", "relative", "ratios.r") +
         "[[runs]]\nname = \"x\"\nhours = \"250e3 gpu_h\"\n[[runs]]\nname = \"y\"\nhours = "
         "\"1000e3 gpu_h\"\n[[ratios]]\nname = \"r\"\nvalue = \"" +
         value + "\"\nform = \"" + form + "\"\na = \"runs.x.hours\"\nb = \"runs.y.hours\"\n";
}

TEST_CASE("ratios and savings are recomputed") {
  CHECK(label_name(audited_text({ratio_claim("75.0 %", "saving")})) == "reproduced");
  CHECK(label_name(audited_text({ratio_claim("0.25 x", "ratio")})) == "reproduced");
  CHECK(label_name(audited_text({ratio_claim("90.0 %", "saving")})) == "inconsistent");
}

TEST_CASE("a ratio of unlike scopes is refused") {
  const auto claim = [](const std::string& id, const std::string& staff) {
    return claim_head(id, "cost", "total.money") + "staff = \"" + staff +
           "\"\n[total]\nmoney = \"4.0e6 USD\"\n";
  };
  const std::string ratio = claim_head("test-ratio", "relative", "ratios.r") +
                            "[[ratios]]\nname = \"r\"\nvalue = \"1.0 x\"\nform = \"ratio\"\n"
                            "a = \"test-a#total.money\"\nb = \"test-b#total.money\"\n";
  const Verdict refused =
      audited_text({claim("test-a", "included"), claim("test-b", "excluded"), ratio});
  CHECK(label_name(refused) == "unverifiable");
  CHECK(flagged(refused, "ratio_refused"));
  const Verdict unstated =
      audited_text({claim("test-a", "included"), claim("test-b", "not-stated"), ratio});
  CHECK(label_name(unstated) == "reproduced");
  CHECK(flagged(unstated, "operand_scope_not_stated"));
}

TEST_CASE("conversions follow the stated rate, or share one") {
  const auto stated = [](const std::string& yen) {
    return result_of(
        audited_text({claim_head("test-claim", "identity", "conversions.c.to") +
                      "[[conversions]]\nname = \"c\"\nfrom = \"1.00e6 USD\"\nto = \"" + yen +
                      " JPY\"\nrate = \"140.0 JPY/USD\"\n"}),
        "conversion_at_stated_rate");
  };
  CHECK(stated("140e6") == CheckResult::kPass);
  CHECK(stated("155e6") == CheckResult::kFail);
  const auto shared = [](const std::string& yen) {
    return audited_text({claim_head("test-claim", "identity", "conversions.c.to") +
                         "[[conversions]]\nname = \"c\"\nfrom = \"1.00e6 USD\"\nto = \"" + yen +
                         " JPY\"\n[[conversions]]\nname = \"d\"\nfrom = \"500e6 USD\"\nto = \"775e8 JPY\"\n"});
  };
  CHECK(label_name(shared("155e6")) == "reproduced");
  CHECK(flagged(shared("190e6"), "conversions_share_one_rate"));
}

std::string first_hand_pair(const std::string& subject, const std::string& body) {
  return claim_head("test-press", "cost", "total.money",
                    "subject = \"" + subject + "\"\nfirst_hand = \"test-own\"\n") +
         body;
}

std::string own_claim() {
  return claim_head("test-own", "cost", "total.money") +
         "[[stages]]\nname = \"s1\"\ndimension = \"final-run\"\nhours = \"100e3 gpu_h\"\nmoney = \"200e3 USD\"\n"
         "[[stages]]\nname = \"s2\"\ndimension = \"RL\"\nhours = \"50e3 gpu_h\"\nmoney = \"100e3 USD\"\n"
         "[total]\nmoney = \"300e3 USD\"\nhours = \"150e3 gpu_h\"\nprice = \"2.00 USD/gpu_h\"\n";
}

TEST_CASE("a press figure is held against the first-hand one of its subject") {
  const auto verdict = [](const std::string& subject, const std::string& total) {
    return audited_text({own_claim(), first_hand_pair(subject, "[total]\n" + total)});
  };
  CHECK(label_name(verdict("test-model", "money = \"300e3 USD\"\n")) == "reproduced");
  CHECK(label_name(verdict("other-model", "money = \"300e3 USD\"\n")) == "inconsistent");
  CHECK(label_name(verdict("other-model", "money = \"70e3 USD\"\n")) != "inconsistent");
  CHECK(label_name(verdict("test-model", "money = \"900e3 USD\"\n")) == "inconsistent");
}

TEST_CASE("devices and time of one stage are noticed behind a total") {
  const auto verdict = [](const std::string& devices) {
    return audited_text(
        {own_claim(), first_hand_pair("test-model", "[total]\nmoney = \"300e3 USD\"\ndevices = \"" +
                                                        devices + " gpu\"\nwall = \"100.0 h\"\n")});
  };
  CHECK(flagged(verdict("500"), "stage_for_total"));
  CHECK_FALSE(flagged(verdict("700"), "stage_for_total"));
  CHECK(label_name(verdict("1500")) == "reproduced");
}

TEST_CASE("a month that differs from the first-hand one is a flag") {
  const std::string press = first_hand_pair("test-model", "[total]\nmoney = \"300e3 USD\"\n");
  CHECK_FALSE(flagged(audited_text({own_claim(), press}), "first_hand_date"));
  std::string later = press;
  later.replace(later.find("2024-12"), 7, "2025-03");
  CHECK(flagged(audited_text({own_claim(), later}), "first_hand_date"));
}

TEST_CASE("digits that ran together are read as a product where the product fits") {
  const auto verdict = [](const std::string& devices) {
    return audited_text({claim_head("test-claim", "hardware", "total.devices") +
                         "[total]\ndevices = \"" + devices +
                         " gpu\"\nwall = \"100.0 h\"\nhours = \"25.6e3 gpu_h\"\n"});
  };
  CHECK(flagged(verdict("328"), "digits_run_together"));  // 32 x 8 = 256
  CHECK_FALSE(flagged(verdict("329"), "digits_run_together"));
  CHECK_FALSE(flagged(verdict("256"), "digits_run_together"));
}

TEST_CASE("a rate stored as a total fails, equal numbers of other kinds are chance") {
  const std::string own = claim_head("test-own", "gpu-hours", "runs.m.hours_per_token") +
                          "[[runs]]\nname = \"m\"\nhours_per_token = \"172.8e3 gpu_h/Ttoken\"\n"
                          "tokens = \"8.0e12 token\"\ndevices = \"4096 gpu\"\n";
  const auto press = [](const std::string& figures) {
    return claim_head("test-press", "gpu-hours", "runs.m.hours", "first_hand = \"test-own\"\n") +
           "[[runs]]\nname = \"m\"\n" + figures;
  };
  CHECK(has_check(audited_text({own, press("hours = \"172800 gpu_h\"\n")}),
                  "unit_stored_as_another"));
  CHECK_FALSE(has_check(
      audited_text({own, press("hours = \"1.3824e6 gpu_h\"\nseq_len = \"4096 token\"\n")}),
      "unit_stored_as_another"));
}

std::string physics_claim(const std::string& hours, const std::string& more = "") {
  return claim_head("test-claim", "gpu-hours", "total.hours",
                    "model = \"llama-2-70b\"\ndevice = \"a100-80gb-sxm\"\n") +
         "[total]\ntokens = \"2.0e12 token\"\nseq_len = \"4096 token\"\nhours = \"" + hours +
         " gpu_h\"\n" + more;
}

TEST_CASE("implied MFU is usual, unusual or impossible") {
  const Verdict usual = audited_text({physics_claim("1720320")});
  CHECK(label_name(usual) == "plausible");
  CHECK(usual.implied_mfu->six_nd == Approx(0.428).margin(0.0005));
  const Verdict slow = audited_text({physics_claim("6e6")});
  CHECK(flagged(slow, "implied_mfu"));
  CHECK(label_name(slow) == "unverifiable");
  CHECK(label_name(audited_text({physics_claim("500e3")})) == "inconsistent");
}

TEST_CASE("the physical bound takes the reading that is kindest to the claim") {
  // 0.95 of the BF16 peak of an H100 is impossible in BF16 and possible where FP8 is not excluded.
  const auto label = [](const std::string& precision) {
    return label_name(audited_text(
        {claim_head("test-claim", "gpu-hours", "total.hours",
                    "model = \"llama-2-70b\"\ndevice = \"h100-sxm\"\n" + precision) +
         "[total]\ntokens = \"2.00e12 token\"\nseq_len = \"4096 token\"\nhours = \"245e3 gpu_h\"\n"}));
  };
  CHECK(label("precision = \"bf16\"\n") == "inconsistent");
  CHECK(label("") == "unverifiable");
}

TEST_CASE("a printed MFU is held against hours and tokens") {
  const auto verdict = [](const std::string& mfu) {
    return audited_text({physics_claim("1720320", "mfu = \"" + mfu + " %\"\n")});
  };
  CHECK(result_of(verdict("42.8"), "printed_mfu") == CheckResult::kPass);
  CHECK(flagged(verdict("57.0"), "hfu_quoted_as_mfu"));
  CHECK(flagged(verdict("20.0"), "printed_mfu"));
}

TEST_CASE("an MFU against a sparse peak or another variant is recognised") {
  const auto verdict = [](const std::string& mfu) {
    return audited_text({claim_head("test-claim", "efficiency", "total.mfu", "device = \"h100-sxm\"\n") +
                         "[total]\nachieved = \"400.0 TFLOP/s\"\nmfu = \"" + mfu + " %\"\n"});
  };
  CHECK(result_of(verdict("40.43"), "achieved_over_peak") == CheckResult::kPass);
  CHECK(check_of(verdict("52.91"), "mfu_against_other_peak").sentence.find("h100-pcie") !=
        std::string::npos);
  CHECK(check_of(verdict("10.11"), "mfu_against_other_peak").sentence.find("sparse") !=
        std::string::npos);
  CHECK(flagged(verdict("31.00"), "achieved_over_peak"));
}

TEST_CASE("compute with recomputed activations is recognised") {
  const auto verdict = [](const std::string& flops) {
    return audited_text({claim_head("test-claim", "compute", "total.flops", "model = \"llama-2-70b\"\n") +
                         "[total]\ntokens = \"2.000e12 token\"\nflops = \"" + flops + " FLOP\"\n"});
  };
  CHECK(label_name(verdict("8.28e23")) == "reproduced");
  CHECK(flagged(verdict("1.104e24"), "hfu_quoted_as_mfu"));
  CHECK(flagged(verdict("3.0e24"), "compute_of_shape"));
  CHECK(label_name(verdict("3.0e24")) != "inconsistent");
}

TEST_CASE("a printed parameter count is held against the nearest convention") {
  const auto verdict = [](const std::string& count) {
    return audited_text({claim_head("test-claim", "compute", "total.params", "model = \"deepseek-v3\"\n") +
                         "[total]\nparams = \"" + count + " param\"\n"});
  };
  CHECK(check_of(verdict("671e9"), "parameters_of_shape").name.find("total") != std::string::npos);
  CHECK(check_of(verdict("37e9"), "parameters_of_shape").name.find("active") != std::string::npos);
  CHECK(flagged(verdict("100e9"), "parameters_of_shape"));
}

TEST_CASE("the implied price is held against the market of its date") {
  const auto verdict = [](const std::string& money) {
    return audited_text({cost_claim("money = \"" + money + " USD\"\nhours = \"1.00e6 gpu_h\"\n", "",
                                    "device = \"h100-sxm\"\n")});
  };
  CHECK(label_name(verdict("3.0e6")) == "plausible");
  CHECK(flagged(verdict("90e6"), "implied_price"));
  CHECK(label_name(verdict("90e6")) == "unverifiable");
}

TEST_CASE("cost and tokens without hours imply a utilisation at market price") {
  const auto verdict = [](const std::string& money) {
    return audited_text({cost_claim("money = \"" + money + " USD\"\ntokens = \"2.0e12 token\"\n", "",
                                    "model = \"llama-2-70b\"\ndevice = \"h100-sxm\"\n")});
  };
  CHECK(label_name(verdict("2.0e6")) == "plausible");
  CHECK(flagged(verdict("20e3"), "cost_from_compute"));
}

TEST_CASE("a fleet's purchase price supports or flags a capital figure") {
  const auto verdict = [](const std::string& money) {
    return audited_text({claim_head("test-claim", "capex", "total.money") +
                         "[total]\nmoney = \"" + money +
                         " USD\"\n[[fleet]]\nname = \"f\"\ndevice = \"h100-sxm\"\ncount = \"1e3 gpu\"\n"
                         "unit_cost = { value = \"30e3 USD\", to = \"45e3 USD\" }\n"});
  };
  CHECK(label_name(verdict("40e6")) == "plausible");
  CHECK(flagged(verdict("400e6"), "fleet_at_purchase_price"));
  CHECK(flagged(verdict("40e6"), "capex_is_not_a_run"));
}

TEST_CASE("fleet counts add up by generation") {
  const auto verdict = [](const std::string& hopper) {
    return audited_text({claim_head("test-claim", "capex", "total.money") +
                         "[total]\nmoney = \"40e6 USD\"\n[[fleet]]\nname = \"f\"\ndevice = \"h100-sxm\"\n"
                         "count = \"1000 gpu\"\n[[fleet]]\nname = \"g\"\ndevice = \"h20\"\ncount = \"500 gpu\"\n"
                         "[[fleet]]\nname = \"h\"\ndevice = \"a100-80gb-sxm\"\ncount = \"300 gpu\"\n"
                         "[[fleet_totals]]\narchitecture = \"hopper\"\ncount = \"" +
                         hopper + " gpu\"\n"});
  };
  CHECK(result_of(verdict("1500"), "fleet_count") == CheckResult::kPass);
  CHECK(result_of(verdict("1800"), "fleet_count") == CheckResult::kFlag);
  CHECK(result_of(verdict("1200"), "fleet_count") == CheckResult::kFail);
}

std::string price_claim(const std::string& second) {
  const auto option = [](const std::string& side, const std::string& price) {
    return "[[price_options]]\nside = \"" + side + "\"\nversion = \"" + side + price +
           "\"\nitem = \"input\"\nprice = \"" + price + " USD/Mtoken\"\n";
  };
  return claim_head("test-claim", "relative-price", "figures.r") +
         "[figures]\nr = { value = \"0.100 x\", relation = \"at-most\" }\n" + option("a", "0.50") +
         option("b", "10.00") + option("b", second);
}

TEST_CASE("a price ratio holds for all versions or depends on them") {
  CHECK(label_name(audited_text({price_claim("6.00")})) == "plausible");
  CHECK(label_name(audited_text({price_claim("2.00")})) == "unverifiable");
}

TEST_CASE("power per device is held against its TDP") {
  const auto verdict = [](const std::string& energy) {
    return audited_text({claim_head("test-claim", "energy", "total.energy", "device = \"h100-sxm\"\n") +
                         "[total]\nhours = \"1.00e6 gpu_h\"\nenergy = \"" + energy + "\"\n"});
  };
  CHECK(label_name(verdict("650 MWh")) == "plausible");
  CHECK(label_name(verdict("1200 MWh")) == "plausible");  // with node and building
  CHECK(flagged(verdict("90 MWh"), "power_per_device"));
  CHECK(flagged(verdict("5000 MWh"), "power_per_device"));
}

TEST_CASE("shares of a whole contain a headline or exclude it") {
  const auto verdict = [](const std::string& share) {
    return audited_text({claim_head("test-claim", "relative", "figures.most") +
                         "[figures]\nmost = { value = \"50.0 %\", relation = \"at-least\" }\n"
                         "[[shares]]\nname = \"hardware\"\nshare = { value = \"" +
                         share + " %\", to = \"45 %\" }\n[[shares]]\nname = \"energy\"\n"
                                 "share = { value = \"2 %\", to = \"6 %\" }\n"});
  };
  CHECK(label_name(verdict("30")) == "plausible");
  Verdict low = audited_text({claim_head("test-claim", "relative", "figures.most") +
                              "[figures]\nmost = { value = \"90.0 %\", relation = \"at-least\" }\n"
                              "[[shares]]\nname = \"hardware\"\nshare = \"30 %\"\n"});
  CHECK(flagged(low, "shares_of_the_whole"));
}

TEST_CASE("a recalled headline or only recalled operands cap the verdict at plausible") {
  const auto label = [](const std::string& money, const std::string& hours, const std::string& price) {
    return label_name(audited_text(
        {cost_claim("money = { value = \"2.00e6 USD\", mark = \"" + money +
                    "\" }\nhours = { value = \"1.00e6 gpu_h\", mark = \"" + hours +
                    "\" }\nprice = { value = \"2.00 USD/gpu_h\", mark = \"" + price + "\" }\n")}));
  };
  CHECK(label("seen", "seen", "seen") == "reproduced");
  CHECK(label("seen", "recalled", "seen") == "reproduced");
  CHECK(label("seen", "recalled", "recalled") == "plausible");
  CHECK(label("recalled", "seen", "seen") == "plausible");
}

TEST_CASE("a recalled input is named in the sentence") {
  const Verdict verdict = audited_text(
      {cost_claim("money = \"2.00e6 USD\"\nhours = { value = \"1.00e6 gpu_h\", mark = \"recalled\" }\n"
                  "price = \"2.00 USD/gpu_h\"\n")});
  CHECK(verdict.sentence.find("Recalled, not read again: GPU-hours 1.00e6 gpu_h") !=
        std::string::npos);
}

TEST_CASE("a cost alone is unverifiable and names what is missing") {
  const Verdict verdict = audited_text({cost_claim("money = \"4.6e6 USD\"\n")});
  CHECK(label_name(verdict) == "unverifiable");
  CHECK(verdict.missing.size() == 2);
}

TEST_CASE("context entries have no verdict") {
  CHECK(label_name(audited_text({claim_head("test-claim", "context", "figures.n") +
                                 "[figures]\nn = \"3 count\"\n"})) == "null");
}

}  // namespace
}  // namespace assay::audit
