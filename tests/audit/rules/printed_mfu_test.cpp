#include <fmt/format.h>

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

TEST_CASE("achieved FLOP/s over a peak that is printed too is the source's own arithmetic") {
  const auto verdict = [](const std::string& mfu) {
    return audited_text(
        {claim_head("test-claim", "efficiency", "total.mfu") +
         "[total]\nachieved = \"450 TFLOP/s\"\npeak = \"1000.0 TFLOP/s\"\nmfu = \"" + mfu +
         " %\"\n"});
  };
  CHECK(label_name(verdict("45")) == "reproduced");
  CHECK(flagged(verdict("60"), "achieved_over_peak"));  // counted in another convention, perhaps
  CHECK(label_name(verdict("60")) == "unverifiable");
  CHECK(label_name(verdict("90")) == "inconsistent");
}

TEST_CASE("what a share without operands lacks are those of a share") {
  const Verdict bare = audited_text(
      {claim_head("test-claim", "efficiency", "total.mfu") + "[total]\nmfu = \"45 %\"\n"});
  REQUIRE_FALSE(bare.missing.empty());
  CHECK_THAT(bare.missing.front(), Catch::Contains("FLOP/s per device"));
}

TEST_CASE("a share of the stated precision's own peak is no mistake") {
  const auto verdict = [](const std::string& precision, const std::string& rest) {
    return audited_text({claim_head("test-claim", "efficiency", "total.mfu",
                                    "device = \"h100-sxm\"\n" + precision) +
                         "[total]\nmfu = \"21.0 %\"\n" + rest});
  };
  const std::string fp8 = "precision = \"fp8\"\n";
  const std::string achieved = "achieved = \"415 TFLOP/s\"\n";
  CHECK(result_of(verdict(fp8, achieved), "achieved_over_peak") == CheckResult::kPass);
  CHECK(flagged(verdict("", achieved), "mfu_against_other_peak"));
  CHECK(flagged(verdict("precision = \"bf16\"\n", achieved), "mfu_against_other_peak"));
}

TEST_CASE("an FP8 run's share of the FP8 peak follows from hours and tokens too") {
  const auto verdict = [](const std::string& role, double percent, const std::string& precision) {
    std::string text = claim_with_mfu("840e3", fmt::format("{} = \"{:.2f} %\"\n", role, percent));
    const std::string a100 = "device = \"a100-80gb-sxm\"";
    return audited_text(
        {text.replace(text.find(a100), a100.size(), "device = \"h100-sxm\"" + precision)});
  };
  const std::string fp8 = "\nprecision = \"fp8\"";
  // Of 989.4 TFLOP/s; FP8's peak is 1979.
  const double share = verdict("mfu", 20, fp8).implied_mfu->exact_causal * 100;
  const double half = share * 989.4 / 1979;
  CHECK(result_of(verdict("mfu_causal", half, fp8), "printed_mfu") == CheckResult::kPass);
  CHECK(result_of(verdict("mfu", half, fp8), "printed_mfu") == CheckResult::kPass);
  CHECK(result_of(verdict("mfu_causal", share, fp8), "printed_mfu") == CheckResult::kPass);
  CHECK(flagged(verdict("mfu_causal", half, ""), "mfu_against_other_peak"));
}

TEST_CASE("where no shape is known an FP8 run's share is of the FP8 peak too") {
  const auto verdict = [](const std::string& precision) {
    return audited_text({claim_head("test-claim", "efficiency", "total.mfu_six_nd",
                                    "device = \"h100-sxm\"\n" + precision) +
                         "[total]\nhours = \"900e3 gpu_h\"\ntokens = \"3.00e12 token\"\n"
                         "active_params = \"70.0e9 param\"\nmfu_six_nd = \"19.65 %\"\n"});
  };
  CHECK(result_of(verdict("precision = \"fp8\"\n"), "printed_mfu") == CheckResult::kPass);
  CHECK(flagged(verdict(""), "mfu_against_other_peak"));
}

TEST_CASE("four thirds of 6 N D are an HFU, another share of another convention is not") {
  const auto verdict = [](const std::string& mfu) {
    return audited_text(
        {claim_head("test-claim", "efficiency", "total.mfu", "device = \"h100-sxm\"\n") +
         "[total]\nhours = \"900e3 gpu_h\"\ntokens = \"3.0e12 token\"\nparams = "
         "\"70e9 param\"\nactive_params = \"70e9 param\"\nmfu = \"" +
         mfu + " %\"\n"});
  };
  CHECK(flagged(verdict("52.4"), "hfu_quoted_as_mfu"));
  CHECK_FALSE(has_check(verdict("45.5"), "hfu_quoted_as_mfu"));
  CHECK(label_name(verdict("45.5")) == "plausible");
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
