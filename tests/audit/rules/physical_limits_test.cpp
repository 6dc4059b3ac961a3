#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

Verdict with_total(const std::string& figures) {
  return audited_text({claim_head("test-claim", "energy", "total.energy",
                                  "device = \"h100-sxm\"\nprecision = \"bf16\"\n") +
                       "[total]\nenergy = \"1000 MWh\"\n" + figures});
}

TEST_CASE("a PUE below one is impossible, one of 1.0 is not; from memory it is a flag") {
  const Verdict below = with_total("pue = \"0.85 x\"\n");
  CHECK(result_of(below, "pue_below_one") == CheckResult::kFail);
  CHECK(label_name(below) == "inconsistent");
  CHECK_FALSE(has_check(with_total("pue = \"1.0 x\"\n"), "pue_below_one"));
  CHECK(
      flagged(with_total("pue = { value = \"0.85 x\", mark = \"recalled\" }\n"), "pue_below_one"));
}

TEST_CASE("about allows rounding, not what lies far beyond it") {
  const auto about = [](const std::string& role, const std::string& value) {
    return with_total(role + " = { value = \"" + value + "\", relation = \"about\" }\n");
  };
  CHECK(result_of(about("pue", "0.5 x"), "pue_below_one") == CheckResult::kFail);
  CHECK(result_of(about("pue", "0.9 x"), "pue_below_one") == CheckResult::kFlag);
  CHECK(result_of(about("achieved", "2000 TFLOP/s"), "achieved_above_peak") == CheckResult::kFail);
  CHECK(result_of(about("achieved", "1100 TFLOP/s"), "achieved_above_peak") == CheckResult::kFlag);
}

TEST_CASE("a device that is sold for more than the whole time is impossible") {
  const Verdict above = with_total("utilisation = \"130 %\"\n");
  CHECK(result_of(above, "paid_use_above_one") == CheckResult::kFail);
  CHECK(label_name(above) == "inconsistent");
  CHECK(flagged(with_total("utilisation = { value = \"130 %\", mark = \"recalled\" }\n"),
                "paid_use_above_one"));
  CHECK_FALSE(has_check(with_total("utilisation = \"100 %\"\n"), "paid_use_above_one"));
}

TEST_CASE("the highest peak is named by the stated precision, else as BF16") {
  const auto sentence = [](const std::string& precision) {
    return check_of(audited_text({claim_head("test-claim", "energy", "total.energy",
                                             "device = \"a100-80gb-sxm\"\n" + precision) +
                                  "[total]\nenergy = \"1000 MWh\"\nachieved = \"900 TFLOP/s\"\n"}),
                    "achieved_above_peak")
        .sentence;
  };
  CHECK_THAT(sentence("precision = \"bf16\"\n"), Catch::Contains("a100-80gb-sxm dense BF16"));
  CHECK_THAT(sentence("precision = \"fp16\"\n"), Catch::Contains("a100-80gb-sxm dense FP16"));
  CHECK_THAT(sentence(""), Catch::Contains("a100-80gb-sxm dense BF16"));
}

TEST_CASE("a load above one and a node below its devices are flagged, possible ones are not") {
  CHECK(flagged(with_total("load = \"1.3 x\"\n"), "load_above_one"));
  CHECK_FALSE(flagged(with_total("load = \"95 %\"\n"), "load_above_one"));
  CHECK(flagged(with_total("node_factor = \"0.6 x\"\n"), "node_factor_below_one"));
  CHECK_FALSE(flagged(with_total("node_factor = \"1.82 x\"\n"), "node_factor_below_one"));
}

TEST_CASE("a printed power that no H100 draws is flagged, one of a node's share is not") {
  CHECK(flagged(with_total("power = \"7 kW\"\n"), "printed_power_outside"));
  CHECK(flagged(with_total("power = \"70 W\"\n"), "printed_power_outside"));
  CHECK_FALSE(flagged(with_total("power = \"1.3 kW\"\n"), "printed_power_outside"));
  CHECK_FALSE(flagged(with_total("power = \"620 W\"\n"), "printed_power_outside"));
}

TEST_CASE(
    "achieved FLOP/s above the peak of the stated precision fail, those near it are flagged") {
  const Verdict above = with_total("achieved = \"1200 TFLOP/s\"\n");
  CHECK(result_of(above, "achieved_above_peak") == CheckResult::kFail);
  CHECK(label_name(above) == "inconsistent");
  CHECK(flagged(with_total("achieved = \"900 TFLOP/s\"\n"), "achieved_above_peak"));
  CHECK_FALSE(has_check(with_total("achieved = \"600 TFLOP/s\"\n"), "achieved_above_peak"));
}

TEST_CASE("without a precision the device's highest peak bounds achieved FLOP/s") {
  const auto of = [](const std::string& achieved) {
    return audited_text(
        {claim_head("test-claim", "energy", "total.energy", "device = \"h100-sxm\"\n") +
         "[total]\nenergy = \"1000 MWh\"\nachieved = \"" + achieved + "\"\n"});
  };
  CHECK_FALSE(has_check(of("1200 TFLOP/s"), "achieved_above_peak"));
  CHECK(result_of(of("2400 TFLOP/s"), "achieved_above_peak") == CheckResult::kFail);
}

TEST_CASE("achieved FLOP/s of all devices together do not fail") {
  const Verdict impossible = with_total("achieved = \"9000 TFLOP/s\"\ndevices = \"2048 gpu\"\n");
  CHECK(result_of(impossible, "achieved_above_peak") == CheckResult::kFail);
  CHECK(label_name(impossible) == "inconsistent");
  const Verdict of_eight = with_total("achieved = \"3200 TFLOP/s\"\ndevices = \"8 gpu\"\n");
  CHECK(result_of(of_eight, "achieved_above_peak") == CheckResult::kFlag);
}

}  // namespace
}  // namespace assay::audit
