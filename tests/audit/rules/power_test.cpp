#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

TEST_CASE("power per device is held against its TDP") {
  const auto verdict = [](const std::string& energy) {
    return audited_text(
        {claim_head("test-claim", "energy", "total.energy", "device = \"h100-sxm\"\n") +
         "[total]\nhours = \"1.00e6 gpu_h\"\nenergy = \"" + energy + "\"\n"});
  };
  CHECK(label_name(verdict("650 MWh")) == "plausible");
  CHECK(label_name(verdict("1200 MWh")) == "plausible");  // with node and building
  CHECK(flagged(verdict("90 MWh"), "power_per_device"));
  CHECK(flagged(verdict("5000 MWh"), "power_per_device"));
}

}  // namespace
}  // namespace assay::audit
