#include "audit/costs/total_disclosure.h"

#include <nlohmann/json.hpp>

#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

TotalDisclosure disclosed(const std::vector<std::string>& ids) {
  std::vector<const Claim*> claims;
  claims.reserve(ids.size());
  for (const std::string& id : ids) claims.push_back(&registry_claims().claim(id));
  return total_disclosure(claims, registry_claims(), registry(), CostMethods::load(registry()),
                          Evidence{}, Language::kEnglish);
}

TEST_CASE("V3 and R1 together disclose 5.87 million dollars, and more as a programme") {
  const TotalDisclosure total = disclosed({"dsv3-total-2788k", "r1-294k-table"});
  CHECK(*total.sum.value == 5.87e6);
  CHECK(total.sum.formula == "5576000 + 294000 = 5870000 USD");
  CHECK(std::find(total.sum.covers.begin(), total.sum.covers.end(), "RL") !=
        total.sum.covers.end());
  CHECK(std::find(total.not_included.begin(), total.not_included.end(), "ablations") !=
        total.not_included.end());
  REQUIRE(total.programmes.size() == 3);
  CHECK(*total.programmes.front().value == Approx(1.5 * 5.87e6));
  CHECK(*total.programmes.back().value == Approx(5.6 * 5.87e6));
  const nlohmann::ordered_json json = total_disclosure_json(total);
  CHECK(json.at("value") == 5.87e6);
  CHECK(json.at("programmes").size() == 3);
  CHECK(json.at("level") == 0.9);
}

TEST_CASE("what one claim includes and another excludes is in the sum in part only") {
  const TotalDisclosure total = disclosed({"dsv3-total-2788k", "r1-294k-table"});
  const auto part = std::find_if(total.partly.begin(), total.partly.end(),
                                 [](const auto& one) { return one.dimension == "data-synthesis"; });
  REQUIRE(part != total.partly.end());
  CHECK(part->included_by == std::vector<std::string>{"r1-294k-table"});
  CHECK(part->excluded_by == std::vector<std::string>{"dsv3-total-2788k"});
  CHECK(std::find(total.sum.covers.begin(), total.sum.covers.end(), "data-synthesis") ==
        total.sum.covers.end());
  CHECK(total_disclosure_text(total, Language::kJapanese).find("データ合成") != std::string::npos);
}

TEST_CASE("what cannot be added up is refused with the reason") {
  const auto fault = [](const std::vector<std::string>& ids) {
    try {
      (void)disclosed(ids);
    } catch (const DataError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(fault({"dsv3-total-2788k", "news4-v3-5.576m"}).find("counted twice") != std::string::npos);
  CHECK(fault({"news3-5.6m-r1-misattrib", "dsv3-total-2788k"}).find("counted twice") !=
        std::string::npos);
  CHECK(fault({"dsv3-total-2788k", "llama31-405b"}).find("no amount of money") !=
        std::string::npos);
  CHECK(fault({"dsv3-total-2788k", "news0-altman-100m"}).find("a bound or a range") !=
        std::string::npos);
  CHECK(fault({"dsv3-total-2788k", "semianalysis-1.6b"}).find("capital of a company") !=
        std::string::npos);
  CHECK_THROWS_AS(disclosed({"dsv3-total-2788k"}), ConfigError);
}

}  // namespace
}  // namespace assay::audit
