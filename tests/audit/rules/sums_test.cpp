#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

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

TEST_CASE("times of stages that add up give the whole, others may have run side by side") {
  const auto verdict = [](const std::string& second) {
    return audited_text({claim_head("test-claim", "time", "total.wall") +
                         "[total]\nwall = \"30 day\"\n" +
                         two_stages("wall = \"21 day\"\n", "wall = \"" + second + " day\"\n")});
  };
  CHECK(label_name(verdict("9.0")) == "reproduced");
  const Verdict beside = verdict("20");
  CHECK_FALSE(has_check(beside, "stages_add_up"));
  CHECK(label_name(beside) == "unverifiable");
}

TEST_CASE("a stage that the claim excludes is told beside the total, not in it") {
  const std::string stages = two_stages("money = \"5.0e6 USD\"\n", "money = \"2.0e6 USD\"\n");
  const auto verdict = [&](const std::string& scope) {
    return audited_text({cost_claim("money = \"5.0e6 USD\"\n", scope + stages)});
  };
  CHECK(label_name(verdict("RL = \"excluded\"\n")) != "inconsistent");
  CHECK(label_name(verdict("RL = \"included\"\n")) == "inconsistent");
  CHECK(label_name(verdict("RL = \"excluded\"\n[[stages]]\nname = \"c\"\nmoney = \"3.0e6 "
                           "USD\"\n")) == "inconsistent");
}

TEST_CASE("column sums and stated products are checked as the source prints them") {
  const auto verdict = [](const std::string& total, const std::string& product) {
    return audited_text(
        {claim_head("test-claim", "context", "figures.total") +
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

TEST_CASE("fleet counts add up by generation") {
  const auto verdict = [](const std::string& hopper) {
    return audited_text(
        {claim_head("test-claim", "capex", "total.money") +
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

TEST_CASE("stages' devices and time may be more than the hours that were worked, never less") {
  const auto result = [](const std::string& hours) {
    return result_of(
        audited_text({claim_head("test-claim", "gpu-hours", "total.hours") + "[total]\nhours = \"" +
                      hours +
                      " gpu_h\"\n[[stages]]\nname = \"a\"\ndevices = \"512 gpu\"\nwall = "
                      "\"100.0 h\"\n[[stages]]\nname = \"b\"\ndevices = \"256 gpu\"\nwall = "
                      "\"100.0 h\"\n"}),
        "stage_times_add_up");
  };
  CHECK(result("76.8e3") == CheckResult::kPass);
  CHECK(result("50.0e3") == CheckResult::kFlag);  // two thirds of the time
  CHECK(result("20.0e3") == CheckResult::kFail);
  CHECK(result("95.0e3") == CheckResult::kFlag);  // a stage that is not listed
}

const std::string kYuan =
    "[[conversions]]\nname = \"c\"\nfrom = \"5.00e6 USD\"\nto = \"36.0e6 CNY\"\n";

TEST_CASE("stages and columns of two currencies add up at the claim's rate, or a registered one") {
  const auto verdict = [](const std::string& total, const std::string& more) {
    return audited_text(
        {cost_claim("money = \"" + total + " USD\"\n",
                    two_stages("money = \"36.0e6 CNY\"\n", "money = \"5.00e6 USD\"\n") + more)});
  };
  CHECK(label_name(verdict("10.0e6", kYuan)) == "reproduced");
  CHECK(result_of(verdict("6.0e6", kYuan), "stages_add_up") == CheckResult::kFail);
  const Verdict registered = verdict("10.0e6", "");
  CHECK(result_of(registered, "stages_add_up") == CheckResult::kPass);
  CHECK(label_name(registered) == "unverifiable");  // the rate is not the source's
  CHECK(result_of(verdict("6.0e6", ""), "stages_add_up") == CheckResult::kFlag);
}

TEST_CASE("amounts that nothing brings to one currency are told with the rate that is missing") {
  std::string text = cost_claim("money = \"10.0e6 USD\"\n",
                                two_stages("money = \"36.0e6 CNY\"\n", "money = \"5.00e6 USD\"\n"));
  const Verdict open = audited_text({text.replace(text.find("2024-12"), 7, "2012-12")});
  CHECK(result_of(open, "stages_add_up") == CheckResult::kNotApplicable);
  REQUIRE(open.missing.size() == 1);
  CHECK_THAT(open.missing.front(), Catch::Contains("an exchange rate from CNY to USD"));
}

TEST_CASE("a stage of another currency may not be above the total") {
  const auto verdict = [](const std::string& stage) {
    return audited_text(
        {cost_claim("money = \"5.00e6 USD\"\n",
                    "[[stages]]\nname = \"a\"\nmoney = \"" + stage + "\"\n" + kYuan)});
  };
  CHECK(result_of(verdict("60.0e6 CNY"), "stages_exceed_total") == CheckResult::kFail);
  CHECK_FALSE(has_check(verdict("6.00e6 CNY"), "stages_exceed_total"));
}

TEST_CASE("stages' nodes and devices per node are their devices") {
  const auto result = [](const std::string& hours) {
    return result_of(audited_text({claim_head("test-claim", "gpu-hours", "total.hours") +
                                   "[total]\nhours = \"" + hours +
                                   " gpu_h\"\n[[stages]]\nname = \"a\"\nnodes = \"64 count\"\n"
                                   "devices_per_node = \"8 gpu\"\nwall = \"100.0 h\"\n"}),
                     "stage_times_add_up");
  };
  CHECK(result("51.2e3") == CheckResult::kPass);
  CHECK(result("6.40e3") == CheckResult::kFail);
}

}  // namespace
}  // namespace assay::audit
