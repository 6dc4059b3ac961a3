#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

TEST_CASE("digits that ran together are read as a product where the product fits") {
  const auto verdict = [](const std::string& devices) {
    return audited_text({claim_head("test-claim", "hardware", "total.devices") +
                         "[total]\ndevices = \"" + devices +
                         " gpu\"\nwall = \"100.0 h\"\nhours = \"25.6e3 gpu_h\"\n"});
  };
  CHECK(flagged(verdict("328"), "digits_run_together"));  // 32 x 8 = 256
  CHECK_FALSE(flagged(verdict("329"), "digits_run_together"));
  CHECK_FALSE(flagged(verdict("256"), "digits_run_together"));
}

TEST_CASE("a rate stored as a total fails, equal numbers of other kinds are chance") {
  const std::string own = claim_head("test-own", "gpu-hours", "runs.m.hours_per_token") +
                          "[[runs]]\nname = \"m\"\nhours_per_token = \"172.8e3 gpu_h/Ttoken\"\n"
                          "tokens = \"8.0e12 token\"\ndevices = \"4096 gpu\"\n";
  const auto press = [](const std::string& figures) {
    return claim_head("test-press", "gpu-hours", "runs.m.hours", "first_hand = \"test-own\"\n") +
           "[[runs]]\nname = \"m\"\n" + figures;
  };
  CHECK(has_check(audited_text({own, press("hours = \"172800 gpu_h\"\n")}),
                  "unit_stored_as_another"));
  CHECK_FALSE(has_check(
      audited_text({own, press("hours = \"1.3824e6 gpu_h\"\nseq_len = \"4096 token\"\n")}),
      "unit_stored_as_another"));
}

}  // namespace
}  // namespace assay::audit
