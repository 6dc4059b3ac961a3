#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "audit/output/number_text.h"
#include "audit/output/verdict_json.h"
#include "audit/output/verdict_text.h"
#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

std::string price_claim(const std::string& second) {
  const auto option = [](const std::string& side, const std::string& price) {
    return "[[price_options]]\nside = \"" + side + "\"\nversion = \"" + side + price +
           "\"\nitem = \"input\"\nprice = \"" + price + " USD/Mtoken\"\n";
  };
  return claim_head("test-claim", "relative-price", "figures.r") +
         "[figures]\nr = { value = \"0.100 x\", relation = \"at-most\" }\n" + option("a", "0.50") +
         option("b", "10.00") + option("b", second);
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

TEST_CASE("a near miss of the market's ends is inside, a clear one is not") {
  const auto flag = [](const std::string& hours) {
    return flagged(
        audited_text({cost_claim("money = \"3.0e6 USD\"\nhours = \"" + hours + " gpu_h\"\n", "",
                                 "device = \"h100-sxm\"\n")}),
        "implied_price");
  };
  CHECK(!flag("1.70e6"));  // 1.76 USD/gpu_h, 2.9 % below the lower end
  CHECK(flag("2.00e6"));
}

TEST_CASE("a market is expected as a range, not as its middle") {
  const Verdict verdict = audited_text({cost_claim(
      "money = \"3.0e6 USD\"\nhours = \"1.00e6 gpu_h\"\n", "", "device = \"h100-sxm\"\n")});
  const Check& check = check_of(verdict, "implied_price");
  REQUIRE(check.expected);
  CHECK(check.expected->is_range);
  // 2.99 to 4.78 with half to twice about a sample: neither alone, and not one after the other.
  CHECK(check.expected->bounds->low == Approx(1.818).epsilon(0.001));
  CHECK(check.expected->bounds->high == Approx(7.861).epsilon(0.001));
  const nlohmann::ordered_json json = verdict_json(verdict);
  for (const auto& one : json.at("checks")) {
    if (one.at("rule") != "implied_price") continue;
    CHECK(one.at("expected").is_null());
    CHECK(one.at("low") == check.expected->bounds->low);
    CHECK(one.at("high") == check.expected->bounds->high);
    CHECK(one.at("bounds_of") == "expected");
  }
  const std::string text = verdict_text(verdict, Language::kEnglish, true);
  CHECK(text.find(fmt::format(
            "expected: {} - {} USD/gpu_h", readable_text(check.expected->bounds->low, 4),
            readable_text(check.expected->bounds->high, 4))) != std::string::npos);
}

TEST_CASE("cost and tokens without hours imply a utilisation at market price") {
  const auto verdict = [](const std::string& money) {
    return audited_text({cost_claim("money = \"" + money + " USD\"\ntokens = \"2.0e12 token\"\n",
                                    "", "model = \"llama-2-70b\"\ndevice = \"h100-sxm\"\n")});
  };
  CHECK(label_name(verdict("2.0e6")) == "plausible");
  CHECK(flagged(verdict("20e3"), "cost_from_compute"));
}

TEST_CASE("a range of utilisations that goes beyond the usual is not called usual as a whole") {
  const auto sentence = [](const std::string& money) {
    return check_of(audited_text(
                        {cost_claim("money = \"" + money + " USD\"\ntokens = \"15.5e12 token\"\n",
                                    "", "model = \"kimi-k2\"\ndevice = \"h800-sxm\"\n")}),
                    "cost_from_compute")
        .sentence;
  };
  CHECK_THAT(sentence("4.6e6"), Catch::Contains("the usual 10 % to 60 % is reached at some"));
  CHECK_THAT(sentence("12e6"), Catch::EndsWith("usual."));
}

TEST_CASE("a price of another currency is held against the market at an exchange rate") {
  const auto verdict = [](const std::string& money, const std::string& date) {
    std::string text =
        cost_claim("money = \"" + money + " CNY\"\ndevices = \"512 gpu\"\nwall = \"21.0 day\"\n",
                   "", "device = \"h800-sxm\"\n");
    return audited_text({text.replace(text.find("2024-12"), 7, date)});
  };
  CHECK(label_name(verdict("3.84e6", "2025-06")) == "plausible");
  CHECK(flagged(verdict("384e6", "2025-06"), "implied_price"));
  const Verdict usual = verdict("3.84e6", "2025-06");
  const Check& check = check_of(usual, "implied_price");
  CHECK(check.expected->unit == "USD/gpu_h");
  CHECK(check.computed->unit == "USD/gpu_h");
  CHECK(check.computed->value == Approx(3.84e6 / (512 * 21 * 24) / 7.2734));
  CHECK(usual.implied_price->unit == "CNY/gpu_h");
}

TEST_CASE("money whose hours are known lacks a price, not the hours") {
  const Verdict open = audited_text(
      {cost_claim("money = \"3.84e6 CNY\"\ndevices = \"512 gpu\"\nwall = \"21.0 day\"\n")});
  REQUIRE(open.missing.size() == 2);  // the model too
  CHECK_THAT(open.missing.back(), Catch::StartsWith("a price per GPU-hour"));
}

TEST_CASE("a fleet's purchase price of another currency is brought to the headline's") {
  const auto verdict = [](const std::string& money) {
    return audited_text(
        {claim_head("test-claim", "capex", "total.money") + "[total]\nmoney = \"" + money +
         " USD\"\n[[fleet]]\nname = \"f\"\ndevice = \"h100-sxm\"\ncount = \"2e3 gpu\"\n"
         "unit_cost = \"30e3 EUR\"\n"});
  };
  CHECK(result_of(verdict("65e6"), "fleet_at_purchase_price") == CheckResult::kPass);
  CHECK(flagged(verdict("650e6"), "fleet_at_purchase_price"));
}

TEST_CASE("a fleet's purchase price supports or flags a capital figure") {
  const auto verdict = [](const std::string& money) {
    return audited_text(
        {claim_head("test-claim", "capex", "total.money") + "[total]\nmoney = \"" + money +
         " USD\"\n[[fleet]]\nname = \"f\"\ndevice = \"h100-sxm\"\ncount = \"1e3 gpu\"\n"
         "unit_cost = { value = \"30e3 USD\", to = \"45e3 USD\" }\n"});
  };
  CHECK(label_name(verdict("40e6")) == "plausible");
  CHECK(flagged(verdict("400e6"), "fleet_at_purchase_price"));
  CHECK(flagged(verdict("40e6"), "capex_is_not_a_run"));
}

TEST_CASE("a price ratio holds for all versions or depends on them") {
  CHECK(label_name(audited_text({price_claim("6.00")})) == "plausible");
  CHECK(label_name(audited_text({price_claim("2.00")})) == "unverifiable");
}

std::string one_pair(const std::string& said, const std::string& a, const std::string& b,
                     const std::string& more = "") {
  const auto option = [&](const std::string& side, const std::string& price) {
    return "[[price_options]]\nside = \"" + side + "\"\nversion = \"" + side +
           "\"\nitem = \"output\"\nprice = " + price + "\n";
  };
  return claim_head("test-claim", "relative-price", "figures.r") + "[figures]\nr = \"" + said +
         "\"\n" + option("a", a) + option("b", b) + more;
}

TEST_CASE("a ratio that the source's own prices exclude in every reading is a contradiction") {
  const auto label = [](const std::string& said, const std::string& a, const std::string& b) {
    return label_name(audited_text({one_pair(said, a, b)}));
  };
  const std::string ten = "\"10.0 USD/Mtoken\"";
  const std::string one = "\"1.00 USD/Mtoken\"";
  CHECK(label("100.0 x", ten, one) == "inconsistent");
  CHECK(label("10.0 x", ten, one) == "plausible");
  CHECK(label("10.0 x", one, ten) == "unverifiable");  // the other way round
  CHECK(label("90.0 %", one, ten) == "unverifiable");  // a saving
  const std::string elsewhere = "{ value = \"1.00 USD/Mtoken\", source = \"news4\" }";
  CHECK(label("100.0 x", ten, elsewhere) == "unverifiable");
}

TEST_CASE("one version that fits leaves a ratio of prices open") {
  const std::string third =
      "[[price_options]]\nside = \"b\"\nversion = \"b2\"\nitem = \"output\"\nprice = \"0.100 "
      "USD/Mtoken\"\n";
  const Verdict verdict =
      audited_text({one_pair("100.0 x", "\"10.0 USD/Mtoken\"", "\"1.00 USD/Mtoken\"", third)});
  CHECK(label_name(verdict) == "unverifiable");
  CHECK(result_of(verdict, "price_ratio_by_version") == CheckResult::kFlag);
}

TEST_CASE("a ratio between those of two items is a mixture of them, one outside of all is not") {
  const auto label = [](const std::string& said) {
    return label_name(audited_text(
        {one_pair(said, "\"1.00 USD/Mtoken\"", "\"10.0 USD/Mtoken\"",
                  "[[price_options]]\nside = \"a\"\nversion = \"a\"\nitem = \"input\"\nprice = "
                  "\"4.00 USD/Mtoken\"\n[[price_options]]\nside = \"b\"\nversion = \"b\"\nitem = "
                  "\"input\"\nprice = \"10.0 USD/Mtoken\"\n")}));
  };
  CHECK(label("0.250 x") == "unverifiable");
  CHECK(label("0.0100 x") == "inconsistent");
}

TEST_CASE("prices of two currencies are divided at the claim's rate, or not at all") {
  const auto label = [](const std::string& said, const std::string& more) {
    return label_name(
        audited_text({one_pair(said, "\"2.00 CNY/Mtoken\"", "\"2.50 USD/Mtoken\"", more)}));
  };
  const std::string at_8 =
      "[[conversions]]\nname = \"c\"\nfrom = \"1.000 USD\"\nto = \"8.000 CNY\"\n";
  CHECK(label("0.100 x", at_8) == "plausible");
  CHECK(label("0.800 x", at_8) == "inconsistent");
  CHECK(label("0.800 x", "") == "unverifiable");
}

TEST_CASE("prices for a thousand and for a million tokens are divided in one unit") {
  const auto label = [](const std::string& said) {
    return label_name(
        audited_text({one_pair(said, "\"0.000250 USD/ktoken\"", "\"2.50 USD/Mtoken\"", "")}));
  };
  CHECK(label("0.100 x") == "plausible");
  CHECK(label("0.0001 x") == "inconsistent");
}

}  // namespace
}  // namespace assay::audit
