#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

TEST_CASE("compute with recomputed activations is recognised") {
  const auto verdict = [](const std::string& flops) {
    return audited_text(
        {claim_head("test-claim", "compute", "total.flops", "model = \"llama-2-70b\"\n") +
         "[total]\ntokens = \"2.000e12 token\"\nflops = \"" + flops + " FLOP\"\n"});
  };
  CHECK(label_name(verdict("8.28e23")) == "reproduced");
  CHECK(flagged(verdict("1.104e24"), "hfu_quoted_as_mfu"));
  CHECK(flagged(verdict("3.0e24"), "compute_of_shape"));
  CHECK(label_name(verdict("3.0e24")) != "inconsistent");
}

TEST_CASE("a printed parameter count is held against the nearest convention") {
  const auto verdict = [](const std::string& count) {
    return audited_text(
        {claim_head("test-claim", "compute", "total.params", "model = \"deepseek-v3\"\n") +
         "[total]\nparams = \"" + count + " param\"\n"});
  };
  CHECK(check_of(verdict("671e9"), "parameters_of_shape").name.find("total") != std::string::npos);
  CHECK(check_of(verdict("37e9"), "parameters_of_shape").name.find("active") != std::string::npos);
  CHECK(flagged(verdict("100e9"), "parameters_of_shape"));
}

TEST_CASE("compute of all parameters where a token meets a few is recognised") {
  const auto verdict = [](const std::string& flops) {
    return audited_text({claim_head("test-claim", "compute", "total.flops") +
                         "[total]\nparams = \"400e9 param\"\nactive_params = \"17e9 param\"\n"
                         "tokens = \"20e12 token\"\nflops = \"" +
                         flops + " FLOP\"\n"});
  };
  CHECK(flagged(verdict("4.8e25"), "total_parameters_for_active"));
  CHECK_FALSE(flagged(verdict("2.04e24"), "total_parameters_for_active"));
  CHECK(label_name(verdict("4.8e25")) != "inconsistent");
}

TEST_CASE("active parameters printed as the total are recognised") {
  const auto flag = [](const std::string& params) {
    return flagged(audited_text({claim_head("test-claim", "compute", "total.params",
                                            "model = \"deepseek-v3\"\n") +
                                 "[total]\nparams = \"" + params + " param\"\n"}),
                   "active_and_total_swapped");
  };
  CHECK(flag("37e9"));
  CHECK_FALSE(flag("671e9"));
}

}  // namespace
}  // namespace assay::audit
