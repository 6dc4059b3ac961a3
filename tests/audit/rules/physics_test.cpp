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

TEST_CASE("a share that is usual of the stated precision's peak is no flag, of 16 bits it is") {
  const auto verdict = [](const std::string& precision) {
    return audited_text({claim_head("test-claim", "gpu-hours", "total.hours",
                                    "model = \"llama-3-8b\"\ndevice = \"h100-sxm\"\nprecision = "
                                    "\"" +
                                        precision + "\"\n") +
                         "[total]\ntokens = \"1.00e12 token\"\nseq_len = \"8192 token\"\n"
                         "device_throughput = \"14450 token/s/gpu\"\nhours = \"19.2e3 gpu_h\"\n"});
  };
  const Verdict narrow = verdict("fp8");
  CHECK_FALSE(flagged(narrow, "implied_mfu"));
  CHECK(check_of(narrow, "implied_mfu").sentence.find("h100-sxm dense FP8") != std::string::npos);
  CHECK(narrow.implied_mfu->exact_causal > 0.6);
  CHECK(flagged(verdict("bf16"), "implied_mfu"));
}

TEST_CASE("the title of an implied MFU names the convention that was used") {
  const Verdict exact = audited_text({physics_claim("1720320")});
  CHECK(check_of(exact, "implied_mfu").name == "implied MFU (exact causal)");
  std::string text = physics_claim("1720320");
  const std::string length = "seq_len = \"4096 token\"\n";
  text.erase(text.find(length), length.size());
  const Verdict counted = audited_text({text});
  CHECK(check_of(counted, "implied_mfu").sentence.find("six_nd") != std::string::npos);
  CHECK(check_of(counted, "implied_mfu").name == "implied MFU (6ND)");
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

std::string unregistered(
    const std::string& hours, const std::string& counts,
    const std::string& head = "device = \"h100-sxm\"\nprecision = \"bf16\"\n") {
  return claim_head("test-claim", "gpu-hours", "total.hours", head) +
         "[total]\ntokens = \"10.0e12 token\"\nhours = \"" + hours + " gpu_h\"\n" + counts;
}

TEST_CASE("a model that is not registered is judged by its printed parameters") {
  const std::string dense = "params = \"70e9 param\"\nactive_params = \"70e9 param\"\n";
  const Verdict usual = audited_text({unregistered("3.0e6", dense)});
  CHECK(result_of(usual, "implied_mfu") == CheckResult::kPass);
  CHECK(label_name(audited_text({unregistered("0.5e6", dense)})) == "inconsistent");
}

TEST_CASE("stored parameters alone prove nothing impossible") {
  // 671e9 stored parameters would need five times the peak; a mixture uses a few of them a token.
  const Verdict verdict = audited_text({unregistered("2.0e6", "params = \"671e9 param\"\n")});
  CHECK(flagged(verdict, "implied_mfu"));
  CHECK(label_name(verdict) != "inconsistent");
  // Three hundred times the peak is beyond any mixture.
  const Verdict absurd = audited_text({unregistered("0.03e6", "params = \"671e9 param\"\n")});
  CHECK(result_of(absurd, "physical_bound") == CheckResult::kFail);
}

TEST_CASE("what comes after pre-training may be forward passes, or carry its base's compute") {
  const auto tuned = [](std::string text) {
    const std::string included = "final-run = \"included\"";
    return text.replace(text.find(included), included.size(), "post-training = \"included\"");
  };
  // 1.4 times the bound: too much to train on, not too much to read.
  const std::string text = physics_claim("680e3");
  CHECK(label_name(audited_text({text})) == "inconsistent");
  CHECK(label_name(audited_text({tuned(text)})) != "inconsistent");
  CHECK(label_name(audited_text({tuned(physics_claim("100e3"))})) == "inconsistent");
  const std::string compute =
      claim_head("test-claim", "compute", "total.flops", "device = \"h100-sxm\"\n") +
      "[total]\nflops = \"4.0e25 FLOP\"\nhours = \"2.0e6 gpu_h\"\n";
  CHECK(label_name(audited_text({compute})) == "inconsistent");
  const Verdict carried = audited_text({tuned(compute)});
  CHECK(flagged(carried, "physical_bound"));
  CHECK(label_name(carried) != "inconsistent");
}

TEST_CASE("a claim whose arithmetic holds is not told that nothing holds") {
  const std::string sentence =
      audited_text({claim_head("test-claim", "gpu-hours", "total.hours",
                               "model = \"llama-2-70b\"\ndevice = \"a100-80gb-sxm\"\n") +
                    "[total]\ntokens = \"2.0e12 token\"\nseq_len = \"4096 token\"\nhours = "
                    "\"6144000 gpu_h\"\ndevices = \"2048 gpu\"\nwall = \"3000.0 h\"\n"})
          .sentence;
  CHECK(sentence.find("Its arithmetic holds") != std::string::npos);
  CHECK(sentence.find("Against it") != std::string::npos);
}

TEST_CASE("printed compute over hours is a utilisation too") {
  const auto verdict = [](const std::string& hours) {
    return audited_text(
        {claim_head("test-claim", "compute", "total.flops", "device = \"h100-sxm\"\n") +
         "[total]\nflops = \"4.0e25 FLOP\"\nhours = \"" + hours + " gpu_h\"\n"});
  };
  CHECK(label_name(verdict("30e6")) == "plausible");
  CHECK(flagged(verdict("200e6"), "mfu_of_printed_compute"));
  CHECK(label_name(verdict("2.0e6")) == "inconsistent");
}

}  // namespace
}  // namespace assay::audit
