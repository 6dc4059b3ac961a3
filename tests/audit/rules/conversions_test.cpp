#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

TEST_CASE("conversions follow the stated rate, or share one") {
  const auto stated = [](const std::string& yen) {
    return result_of(audited_text({claim_head("test-claim", "identity", "conversions.c.to") +
                                   "[[conversions]]\nname = \"c\"\nfrom = \"1.00e6 USD\"\nto = \"" +
                                   yen + " JPY\"\nrate = \"140.0 JPY/USD\"\n"}),
                     "conversion_at_stated_rate");
  };
  CHECK(stated("140e6") == CheckResult::kPass);
  CHECK(stated("155e6") == CheckResult::kFail);
  const auto shared = [](const std::string& yen) {
    return audited_text(
        {claim_head("test-claim", "identity", "conversions.c.to") +
         "[[conversions]]\nname = \"c\"\nfrom = \"1.00e6 USD\"\nto = \"" + yen +
         " JPY\"\n[[conversions]]\nname = \"d\"\nfrom = \"500e6 USD\"\nto = \"775e8 JPY\"\n"});
  };
  CHECK(label_name(shared("155e6")) == "reproduced");
  CHECK(flagged(shared("190e6"), "conversions_share_one_rate"));
}

}  // namespace
}  // namespace assay::audit
