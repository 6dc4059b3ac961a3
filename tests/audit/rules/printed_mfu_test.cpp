#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

std::string claim_with_mfu(const std::string& hours, const std::string& more = "") {
  return claim_head("test-claim", "gpu-hours", "total.hours",
                    "model = \"llama-2-70b\"\ndevice = \"a100-80gb-sxm\"\n") +
         "[total]\ntokens = \"2.0e12 token\"\nseq_len = \"4096 token\"\nhours = \"" + hours +
         " gpu_h\"\n" + more;
}

TEST_CASE("a printed MFU is held against hours and tokens") {
  const auto verdict = [](const std::string& mfu) {
    return audited_text({claim_with_mfu("1720320", "mfu = \"" + mfu + " %\"\n")});
  };
  CHECK(result_of(verdict("42.8"), "printed_mfu") == CheckResult::kPass);
  CHECK(flagged(verdict("57.0"), "hfu_quoted_as_mfu"));
  CHECK(flagged(verdict("20.0"), "printed_mfu"));
}

TEST_CASE("an MFU against a sparse peak or another variant is recognised") {
  const auto verdict = [](const std::string& mfu) {
    return audited_text(
        {claim_head("test-claim", "efficiency", "total.mfu", "device = \"h100-sxm\"\n") +
         "[total]\nachieved = \"400.0 TFLOP/s\"\nmfu = \"" + mfu + " %\"\n"});
  };
  CHECK(result_of(verdict("40.43"), "achieved_over_peak") == CheckResult::kPass);
  CHECK(check_of(verdict("52.91"), "mfu_against_other_peak").sentence.find("h100-pcie") !=
        std::string::npos);
  CHECK(check_of(verdict("10.11"), "mfu_against_other_peak").sentence.find("sparse") !=
        std::string::npos);
  CHECK(flagged(verdict("31.00"), "achieved_over_peak"));
}

TEST_CASE("where no shape is known a printed MFU is held against 6 N D") {
  const auto verdict = [](const std::string& mfu, const std::string& active) {
    return audited_text(
        {claim_head("test-claim", "efficiency", "total.mfu_six_nd", "device = \"tpu-v5p\"\n") +
         "[total]\nhours = \"110.5e3 gpu_h\"\ntokens = \"2.00e12 token\"\nparams = \"7.00e9 "
         "param\"\n" +
         active + mfu});
  };
  const std::string active = "active_params = \"7.00e9 param\"\n";
  const auto six = [](const std::string& percent) {
    return "mfu_six_nd = \"" + percent + " %\"\n";
  };
  CHECK(label_name(verdict(six("46.0"), active)) == "reproduced");
  CHECK(flagged(verdict(six("61.3"), active), "hfu_quoted_as_mfu"));
  CHECK(flagged(verdict(six("5.0"), active), "printed_mfu"));
  CHECK(label_name(verdict(six("5.0"), active)) == "unverifiable");
  CHECK_FALSE(flagged(verdict(six("5.0"), ""), "printed_mfu"));  // of a mixture, perhaps
}

TEST_CASE("another convention than 6 N D leaves a printed MFU its spread") {
  const auto flags = [](const std::string& mfu) {
    return flagged(audited_text({claim_head("test-claim", "gpu-hours", "total.hours",
                                            "device = \"tpu-v5p\"\n") +
                                 "[total]\nhours = \"110.5e3 gpu_h\"\ntokens = \"2.00e12 "
                                 "token\"\nactive_params = \"7.00e9 param\"\nmfu_causal = \"" +
                                 mfu + " %\"\n"}),
                   "printed_mfu");
  };
  CHECK_FALSE(flags("55.0"));
  CHECK(flags("9.0"));
}

}  // namespace
}  // namespace assay::audit
