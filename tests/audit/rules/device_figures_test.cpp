#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

Verdict with(const std::string& figure) {
  return audited_text(
      {claim_head("test-claim", "efficiency", "total.peak", "device = \"h100-sxm\"\n") +
       "[total]\npeak = \"989.4 TFLOP/s\"\n" + figure});
}

Verdict with_peak(const std::string& peak) {
  return audited_text(
      {claim_head("test-claim", "efficiency", "total.peak", "device = \"h100-sxm\"\n") +
       "[total]\npeak = \"" + peak + " TFLOP/s\"\n"});
}

TEST_CASE("a printed peak is dense, sparse or another variant's") {
  CHECK(result_of(with_peak("989.4"), "printed_peak") == CheckResult::kPass);
  CHECK(result_of(with_peak("1979"), "printed_peak") == CheckResult::kPass);  // dense FP8
  CHECK(check_of(with_peak("3958"), "printed_peak").sentence.find("sparse") != std::string::npos);
  CHECK(check_of(with_peak("756"), "printed_peak").sentence.find("h100-pcie") != std::string::npos);
  CHECK(flagged(with_peak("1200"), "printed_peak"));
}

TEST_CASE("the power of another variant is named") {
  CHECK(flagged(with("power = \"350 W\"\n"), "power_of_another_variant"));
  CHECK_FALSE(flagged(with("power = \"700 W\"\n"), "power_of_another_variant"));
  CHECK_FALSE(flagged(with("power = \"610 W\"\n"), "power_of_another_variant"));
}

TEST_CASE("a stated precision tells whether a peak is dense or sparse") {
  const auto result = [](const std::string& precision) {
    return audited_text({claim_head("test-claim", "efficiency", "total.peak",
                                    "device = \"h100-sxm\"\nprecision = \"" + precision + "\"\n") +
                         "[total]\npeak = \"1979 TFLOP/s\"\n"});
  };
  CHECK(check_of(result("bf16"), "printed_peak").sentence.find("sparse bf16") != std::string::npos);
  CHECK(flagged(result("bf16"), "printed_peak"));
  CHECK_FALSE(flagged(result("fp8"), "printed_peak"));
}

}  // namespace
}  // namespace assay::audit
