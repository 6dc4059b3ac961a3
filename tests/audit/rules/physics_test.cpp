#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

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
    return label_name(
        audited_text({claim_head("test-claim", "gpu-hours", "total.hours",
                                 "model = \"llama-2-70b\"\ndevice = \"h100-sxm\"\n" + precision) +
                      "[total]\ntokens = \"2.00e12 token\"\nseq_len = \"4096 token\"\nhours = "
                      "\"245e3 gpu_h\"\n"}));
  };
  CHECK(label("precision = \"bf16\"\n") == "inconsistent");
  CHECK(label("") == "unverifiable");
}

}  // namespace
}  // namespace assay::audit
