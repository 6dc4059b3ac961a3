#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

std::string ratio_claim(const std::string& value, const std::string& form) {
  return claim_head("test-claim", "relative", "ratios.r") +
         "[[runs]]\nname = \"x\"\nhours = \"250e3 gpu_h\"\n[[runs]]\nname = \"y\"\nhours = "
         "\"1000e3 gpu_h\"\n[[ratios]]\nname = \"r\"\nvalue = \"" +
         value + "\"\nform = \"" + form + "\"\na = \"runs.x.hours\"\nb = \"runs.y.hours\"\n";
}

TEST_CASE("ratios and savings are recomputed") {
  CHECK(label_name(audited_text({ratio_claim("75.0 %", "saving")})) == "reproduced");
  CHECK(label_name(audited_text({ratio_claim("0.25 x", "ratio")})) == "reproduced");
  CHECK(label_name(audited_text({ratio_claim("90.0 %", "saving")})) == "inconsistent");
}

TEST_CASE("a ratio of unlike scopes is refused") {
  const auto claim = [](const std::string& id, const std::string& staff) {
    return claim_head(id, "cost", "total.money") + "staff = \"" + staff +
           "\"\n[total]\nmoney = \"4.0e6 USD\"\n";
  };
  const std::string ratio = claim_head("test-ratio", "relative", "ratios.r") +
                            "[[ratios]]\nname = \"r\"\nvalue = \"1.0 x\"\nform = \"ratio\"\n"
                            "a = \"test-a#total.money\"\nb = \"test-b#total.money\"\n";
  const Verdict refused =
      audited_text({claim("test-a", "included"), claim("test-b", "excluded"), ratio});
  CHECK(label_name(refused) == "unverifiable");
  CHECK(flagged(refused, "ratio_refused"));
  const Verdict unstated =
      audited_text({claim("test-a", "included"), claim("test-b", "not-stated"), ratio});
  CHECK(label_name(unstated) == "reproduced");
  CHECK(flagged(unstated, "operand_scope_not_stated"));
}

}  // namespace
}  // namespace assay::audit
