#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

std::string run(const std::string& figures, const std::string& rest = "") {
  return claim_head("test-claim", "compute", "total.flops", "device = \"a100-80gb-sxm\"\n") +
         "[total]\nparams = \"175e9 param\"\nactive_params = \"175e9 param\"\n" + figures + rest;
}

TEST_CASE("achieved FLOP/s a third above tokens and hours count recomputation") {
  const auto flag = [](const std::string& achieved) {
    return flagged(audited_text({run("flops = \"3.15e23 FLOP\"\ntokens = \"300e9 token\"\nhours = "
                                     "\"800e3 gpu_h\"\nachieved = \"" +
                                     achieved + " TFLOP/s\"\n")}),
                   "hfu_quoted_as_mfu");
  };
  CHECK(flag("146"));
  CHECK_FALSE(flag("110"));  // the model's own FLOPs
  CHECK_FALSE(flag("300"));  // something else
}

TEST_CASE("compute of 8 N D is recognised, of 6 N D is the model's") {
  const auto flag = [](const std::string& flops) {
    return flagged(
        audited_text({run("tokens = \"300e9 token\"\nflops = \"" + flops + " FLOP\"\n")}),
        "hfu_quoted_as_mfu");
  };
  CHECK(flag("4.20e23"));
  CHECK_FALSE(flag("3.15e23"));
}

TEST_CASE("two printed amounts of compute at 4 to 3") {
  const auto flag = [](const std::string& other) {
    return flagged(audited_text({run("flops = \"1.17e24 FLOP\"\n",
                                     "[[runs]]\nname = \"b\"\nflops = \"" + other + " FLOP\"\n")}),
                   "hfu_quoted_as_mfu");
  };
  CHECK(flag("8.59e23"));
  CHECK_FALSE(flag("5.00e23"));
}

}  // namespace
}  // namespace assay::audit
