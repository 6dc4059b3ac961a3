#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

TEST_CASE("shares of a whole contain a headline or exclude it") {
  const auto verdict = [](const std::string& share) {
    return audited_text({claim_head("test-claim", "relative", "figures.most") +
                         "[figures]\nmost = { value = \"50.0 %\", relation = \"at-least\" }\n"
                         "[[shares]]\nname = \"hardware\"\nshare = { value = \"" +
                         share +
                         " %\", to = \"45 %\" }\n[[shares]]\nname = \"energy\"\n"
                         "share = { value = \"2 %\", to = \"6 %\" }\n"});
  };
  CHECK(label_name(verdict("30")) == "plausible");
  Verdict low = audited_text({claim_head("test-claim", "relative", "figures.most") +
                              "[figures]\nmost = { value = \"90.0 %\", relation = \"at-least\" }\n"
                              "[[shares]]\nname = \"hardware\"\nshare = \"30 %\"\n"});
  CHECK(flagged(low, "shares_of_the_whole"));
}

}  // namespace
}  // namespace assay::audit
