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

TEST_CASE("a rate that is far from the registered one of its time is flagged") {
  const auto flags = [](const std::string& yen, const std::string& date) {
    std::string text = claim_head("test-claim", "identity", "conversions.c.to") +
                       "[[conversions]]\nname = \"c\"\nfrom = \"1.00e6 USD\"\nto = \"" + yen +
                       " JPY\"\n";
    return flagged(audited_text({text.replace(text.find("2024-12"), 7, date)}),
                   "rate_unlike_registered");
  };
  CHECK(flags("5.00e6", "2024-12"));
  CHECK_FALSE(flags("150e6", "2024-12"));
  CHECK_FALSE(flags("5.00e6", "2012-12"));  // no rate is registered
}

TEST_CASE(
    "a rate between two currencies that are registered against the dollar is held against both") {
  const auto flags = [](const std::string& yen) {
    return flagged(audited_text({claim_head("test-claim", "identity", "conversions.c.to") +
                                 "[[conversions]]\nname = \"c\"\nfrom = \"1.00e6 EUR\"\nto = \"" +
                                 yen + " JPY\"\n"}),
                   "rate_unlike_registered");
  };
  CHECK(flags("17.0e6"));  // 170 yen a euro, a digit lost
  CHECK_FALSE(flags("162e6"));
}

TEST_CASE("a rate of nothing is a fault of the file") {
  const auto fault = [](const std::string& rate) {
    return fault_of(claim_head("test-claim", "identity", "conversions.c.to") +
                    "[[conversions]]\nname = \"c\"\nfrom = \"1.00e6 USD\"\nto = \"150e6 "
                    "JPY\"\nrate = \"" +
                    rate + "\"\n");
  };
  CHECK_THAT(fault("0 JPY/USD"), Catch::Contains("must be more than zero"));
  CHECK(fault("150 JPY/USD").empty());
}

}  // namespace
}  // namespace assay::audit
