#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

Verdict with_share(const std::string& mfu, const std::string& more) {
  return audited_text({claim_head("test-claim", "efficiency", "total.mfu_causal", more) +
                       "[total]\nmfu_causal = " + mfu + "\n"});
}

const std::string kHopper = "device = \"h100-sxm\"\n";
const std::string kAbovePeak = "utilisation_above_peak";

TEST_CASE("an MFU above one is held against the highest peak that the precision leaves") {
  const std::string sixteen = kHopper + "precision = \"bf16\"\n";
  const std::string eight = kHopper + "precision = \"fp8\"\n";
  CHECK(label_name(with_share("\"120 %\"", sixteen)) == "inconsistent");
  CHECK_FALSE(has_check(with_share("\"99 %\"", sixteen), kAbovePeak));
  CHECK(flagged(with_share("\"120 %\"", eight), kAbovePeak));
  CHECK(label_name(with_share("\"120 %\"", eight)) == "unverifiable");
  CHECK(label_name(with_share("\"170 %\"", eight)) == "inconsistent");
}

TEST_CASE("without a precision work in the narrowest one may be meant, and the report says so") {
  const Verdict possible = with_share("\"120 %\"", kHopper);
  CHECK(label_name(possible) == "unverifiable");
  CHECK_THAT(check_of(possible, kAbovePeak).sentence,
             Catch::Contains("h100-sxm dense FP8") && Catch::Contains("59.99 %"));
  CHECK(label_name(with_share("\"195.0 %\"", kHopper)) == "inconsistent");
  // Before Hopper no precision is above 16 bits.
  CHECK(label_name(with_share("\"120 %\"", "device = \"a100-80gb-sxm\"\n")) == "inconsistent");
}

TEST_CASE("without a device the one whose narrow precision reaches furthest is taken") {
  CHECK(label_name(with_share("\"120 %\"", "")) == "unverifiable");
  CHECK(label_name(with_share("\"2000 %\"", "")) == "inconsistent");
  CHECK(label_name(with_share("\"120 %\"", "precision = \"bf16\"\n")) == "inconsistent");
}

TEST_CASE("an MFU of about something is impossible only beyond its widest rounding") {
  const std::string sixteen = kHopper + "precision = \"bf16\"\n";
  const auto about = [](const std::string& value) {
    return "{ value = \"" + value + "\", relation = \"about\" }";
  };
  CHECK(label_name(with_share(about("150 %"), sixteen)) == "inconsistent");
  CHECK(label_name(with_share(about("120 %"), sixteen)) == "unverifiable");
  CHECK(flagged(with_share("{ value = \"120 %\", mark = \"recalled\" }", sixteen), kAbovePeak));
}

TEST_CASE("a printed utilisation above the physical bound is flagged, a good one is not") {
  const std::string sixteen = kHopper + "precision = \"bf16\"\n";
  CHECK(flagged(with_share("\"92 %\"", sixteen), "utilisation_above_bound"));
  CHECK_FALSE(flagged(with_share("\"57 %\"", sixteen), "utilisation_above_bound"));
}

TEST_CASE("an HFU is no less than the MFU beside it") {
  const auto verdict = [](const std::string& hfu, const std::string& mfu) {
    return audited_text({claim_head("test-claim", "efficiency", "total.hfu", kHopper) +
                         "[total]\nhfu = " + hfu + "\n" + mfu});
  };
  const std::string rule = "hfu_below_mfu";
  CHECK(result_of(verdict("\"32.5 %\"", "mfu = \"43.3 %\"\n"), rule) == CheckResult::kFail);
  CHECK_FALSE(has_check(verdict("\"43.3 %\"", "mfu = \"32.5 %\"\n"), rule));
  // One that counts all attention may lie above an HFU that leaves it out.
  CHECK(flagged(verdict("\"32.5 %\"", "mfu_full = \"43.3 %\"\n"), rule));
  CHECK(
      flagged(verdict("{ value = \"32.5 %\", mark = \"recalled\" }", "mfu = \"43.3 %\"\n"), rule));
}

}  // namespace
}  // namespace assay::audit
