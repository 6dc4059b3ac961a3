#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

TEST_CASE("a recalled headline or only recalled operands cap the verdict at plausible") {
  const auto label = [](const std::string& money, const std::string& hours,
                        const std::string& price) {
    return label_name(audited_text(
        {cost_claim("money = { value = \"2.00e6 USD\", mark = \"" + money +
                    "\" }\nhours = { value = \"1.00e6 gpu_h\", mark = \"" + hours +
                    "\" }\nprice = { value = \"2.00 USD/gpu_h\", mark = \"" + price + "\" }\n")}));
  };
  CHECK(label("seen", "seen", "seen") == "reproduced");
  CHECK(label("seen", "recalled", "seen") == "reproduced");
  CHECK(label("seen", "recalled", "recalled") == "plausible");
  CHECK(label("recalled", "seen", "seen") == "plausible");
}

TEST_CASE("coarse figures reproduce nothing that is far off") {
  const auto label = [](const std::string& money) {
    return label_name(audited_text({cost_claim("money = \"" + money +
                                               "\"\ndevices = \"1024 gpu\"\nwall = \"1000 h\"\n"
                                               "price = \"2.50 USD/gpu_h\"\n")}));
  };
  CHECK(label("2.56e6 USD") == "reproduced");
  CHECK(label("0.02e6 USD") != "reproduced");
  CHECK(label("5.0e6 USD") != "reproduced");
}

TEST_CASE("a plausible verdict says what stands against it") {
  const Verdict verdict = audited_text(
      {claim_head("test-claim", "cost", "total.money",
                  "model = \"llama-2-70b\"\ndevice = \"h100-sxm\"\n") +
       "[total]\ntokens = \"2.00e12 token\"\nseq_len = \"4096 token\"\nhours = \"245e3 gpu_h\"\n"
       "price = \"2.50 USD/gpu_h\"\nmoney = \"612e3 USD\"\n"});
  CHECK(label_name(verdict) == "plausible");
  CHECK(verdict.sentence.find("Against it: ") != std::string::npos);
}

TEST_CASE("a recalled input is named in the sentence") {
  const Verdict verdict = audited_text({cost_claim(
      "money = \"2.00e6 USD\"\nhours = { value = \"1.00e6 gpu_h\", mark = \"recalled\" }\n"
      "price = \"2.00 USD/gpu_h\"\n")});
  CHECK(verdict.sentence.find("Recalled, not read again: GPU-hours 1.00e6 gpu_h") !=
        std::string::npos);
}

TEST_CASE("a cost alone is unverifiable and names what is missing") {
  const Verdict verdict = audited_text({cost_claim("money = \"4.6e6 USD\"\n")});
  CHECK(label_name(verdict) == "unverifiable");
  CHECK(verdict.missing.size() == 2);
}

TEST_CASE("context entries have no verdict") {
  CHECK(label_name(audited_text({claim_head("test-claim", "context", "figures.n") +
                                 "[figures]\nn = \"3 count\"\n"})) == "null");
}

TEST_CASE("a headline that its own recomputation refutes is neither reproduced nor plausible") {
  const auto label = [](const std::string& flops, const std::string& per_token) {
    return label_name(audited_text(
        {claim_head("test-claim", "compute", "total.flops", "device = \"h100-sxm\"\n") +
         "[total]\nflops = \"" + flops + " FLOP\"\ntokens = \"8.00e12 token\"\n" + per_token +
         "params = \"120e9 param\"\nactive_params = \"12.0e9 param\"\nhours = \"539e3 gpu_h\"\n"}));
  };
  CHECK(label("5.76e23", "") == "reproduced");
  CHECK(label("5.76e23", "flops_per_token = \"72.0 GFLOP/token\"\n") == "reproduced");
  CHECK(label("5.76e24", "") == "unverifiable");  // all parameters taken for active ones
  CHECK(label("5.76e24", "flops_per_token = \"720 GFLOP/token\"\n") != "reproduced");
}

}  // namespace
}  // namespace assay::audit
