#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

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

TEST_CASE("an increase is what the ratio is above one") {
  const auto label = [](const std::string& value) {
    std::string text = ratio_claim(value, "increase");
    text.replace(text.find("250e3"), 5, "2500e3");
    return label_name(audited_text({text}));
  };
  CHECK(label("150 %") == "reproduced");    // 2.5 times as much
  CHECK(label("250 %") == "inconsistent");  // the ratio is not the increase
  CHECK(fault_of(ratio_claim("150 %", "growth")).find("\"increase\" (a / b - 1)") !=
        std::string::npos);
}

TEST_CASE("an order of magnitude is half an order either side, and no more") {
  const auto label = [](const std::string& relation, const std::string& hours) {
    return label_name(audited_text(
        {claim_head("test-claim", "relative", "ratios.r") + "[[runs]]\nname = \"x\"\nhours = \"" +
         hours +
         " gpu_h\"\n[[runs]]\nname = \"y\"\nhours = \"100.0e3 gpu_h\"\n[[ratios]]\nname = "
         "\"r\"\nvalue = { value = \"10 x\", relation = \"" +
         relation + "\" }\nform = \"ratio\"\na = \"runs.x.hours\"\nb = \"runs.y.hours\"\n"}));
  };
  CHECK(label("magnitude", "1400.0e3") == "reproduced");
  CHECK(label("about", "1400.0e3") == "inconsistent");
  CHECK(label("magnitude", "200.0e3") == "inconsistent");  // twice
  CHECK(label("magnitude", "5000.0e3") == "inconsistent");
}

TEST_CASE("what lies inside a claimed bound or range reproduces it, what lies outside does not") {
  const auto label = [](const std::string& value) {
    return label_name(audited_text(
        {claim_head("test-claim", "relative", "ratios.r") +
         "[[runs]]\nname = \"x\"\nhours = \"1400.0e3 gpu_h\"\n[[runs]]\nname = \"y\"\nhours = "
         "\"100.0e3 gpu_h\"\n[[ratios]]\nname = \"r\"\nvalue = { value = " +
         value + " }\nform = \"ratio\"\na = \"runs.x.hours\"\nb = \"runs.y.hours\"\n"}));
  };
  CHECK(label("\"10 x\", relation = \"at-least\"") == "reproduced");
  CHECK(label("\"20 x\", relation = \"at-least\"") == "inconsistent");
  CHECK(label("\"20 x\", relation = \"at-most\"") == "reproduced");
  CHECK(label("\"10 x\", relation = \"at-most\"") == "inconsistent");
  CHECK(label("\"10 x\", to = \"20 x\"") == "reproduced");
  CHECK(label("\"20 x\", to = \"40 x\"") == "inconsistent");
}

TEST_CASE("trailing zeros are rounding only as far as they are small beside the value") {
  const auto label = [](const std::string& value, const std::string& form,
                        const std::string& hours) {
    return label_name(audited_text(
        {claim_head("test-claim", "relative", "ratios.r") + "[[runs]]\nname = \"x\"\nhours = \"" +
         hours +
         " gpu_h\"\n[[runs]]\nname = \"y\"\nhours = \"1000.0e3 gpu_h\"\n[[ratios]]\nname = "
         "\"r\"\nvalue = \"" +
         value + "\"\nform = \"" + form + "\"\na = \"runs." + (form == "ratio" ? "y" : "x") +
         ".hours\"\nb = \"runs." + (form == "ratio" ? "x" : "y") + ".hours\"\n"}));
  };
  CHECK(label("100 x", "ratio", "100.0e3") == "inconsistent");  // it is 10 x
  CHECK(label("10 x", "ratio", "200.0e3") == "inconsistent");   // 5 x
  CHECK(label("10 x", "ratio", "98.0e3") == "reproduced");      // 10.2 x
  CHECK(label("90 %", "saving", "200.0e3") == "inconsistent");  // 80 %
  CHECK(label("90 %", "saving", "104.0e3") == "reproduced");    // 89.6 %
  CHECK(label("90 %", "saving", "140.0e3") != "inconsistent");  // 86 %: shown, no contradiction
  CHECK(label("90 %", "saving", "140.0e3") != "reproduced");
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

TEST_CASE("a ratio to nothing is no number, and the claim says that it lacks one") {
  const auto verdict = [](const std::string& b) {
    return audited_text({claim_head("test-claim", "relative", "ratios.c") +
                         "[[runs]]\nname = \"a\"\ncarbon = \"10.0 tCO2e\"\n[[runs]]\nname = "
                         "\"b\"\ncarbon = \"" +
                         b +
                         "\"\n[[ratios]]\nname = \"c\"\nvalue = \"5.0 x\"\nform = "
                         "\"ratio\"\na = \"runs.a.carbon\"\nb = \"runs.b.carbon\"\n"});
  };
  CHECK(label_name(verdict("2.0 tCO2e")) == "reproduced");
  const Verdict open = verdict("0 tCO2e");
  CHECK(label_name(open) == "unverifiable");
  CHECK(result_of(open, "ratio_recomputed") == CheckResult::kNotApplicable);
}

TEST_CASE("a side without a device is named, not taken for an unlike one") {
  const Verdict one_sided = audited("sglang-0.20-per-mtoken");
  CHECK_FALSE(flagged(one_sided, "operands_on_unlike_devices"));
  const Check& check = check_of(one_sided, "operand_device_not_stated");
  CHECK(check.result == CheckResult::kFlag);
  CHECK_THAT(check.sentence,
             Catch::Contains("is on h100-sxm") && Catch::EndsWith("does not state its device."));
}

TEST_CASE("amounts of two currencies are divided at the claim's rate") {
  const auto verdict = [](const std::string& said, const std::string& more) {
    return audited_text(
        {claim_head("test-claim", "relative", "ratios.r") +
         "[total]\nmoney = \"5.00e6 USD\"\n[figures]\nother = \"360e6 CNY\"\n[[ratios]]\nname = "
         "\"r\"\nvalue = \"" +
         said + "\"\nform = \"ratio\"\na = \"total.money\"\nb = \"figures.other\"\n" + more});
  };
  const std::string rate =
      "[[conversions]]\nname = \"c\"\nfrom = \"5.00e6 USD\"\nto = \"36.0e6 CNY\"\n";
  CHECK(label_name(verdict("10.0 %", rate)) == "reproduced");
  CHECK(label_name(verdict("1.39 %", rate)) == "inconsistent");
  CHECK(label_name(verdict("10.0 %", "")) == "unverifiable");  // at a registered rate
  CHECK(result_of(verdict("1.39 %", ""), "ratio_recomputed") == CheckResult::kFlag);
}

TEST_CASE("a ratio of two currencies without a rate lacks that rate") {
  std::string text = claim_head("test-claim", "relative", "ratios.r") +
                     "[total]\nmoney = \"5.00e6 USD\"\n[figures]\nother = \"360e6 CNY\"\n"
                     "[[ratios]]\nname = \"r\"\nvalue = \"10.0 %\"\nform = \"ratio\"\na = "
                     "\"total.money\"\nb = \"figures.other\"\n";
  const Verdict open = audited_text({text.replace(text.find("2024-12"), 7, "2012-12")});
  CHECK(label_name(open) == "unverifiable");
  CHECK_THAT(open.missing.front(), Catch::Contains("an exchange rate from CNY to USD"));
}

}  // namespace
}  // namespace assay::audit
