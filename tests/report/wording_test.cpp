#include "report/wording.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "cost/cost_ledger.h"
#include "error/error.h"

namespace assay::report {
namespace {

TEST_CASE("every wording is there once, in both languages, with the same placeholders") {
  std::set<std::string_view> ids;
  for (const auto& list : {wordings(), phrase_wordings(), claims_wordings()}) {
    for (const Wording& one : list) {
      INFO(one.id);
      CHECK(ids.insert(one.id).second);
      CHECK_FALSE(one.en.empty());
      CHECK_FALSE(one.ja.empty());
      CHECK(std::count(one.en.begin(), one.en.end(), '{') ==
            std::count(one.ja.begin(), one.ja.end(), '{'));
    }
  }
}

TEST_CASE("known phrases of lower modules are translated, with what follows them") {
  const auto japanese = audit::Language::kJapanese;
  CHECK(phrase(japanese, "device rent") == "デバイス利用料");
  CHECK(phrase(japanese, "energy: not measured; rapl: no zone") ==
        "エネルギー（未測定）; rapl: no zone");
  CHECK(phrase(japanese, "something of a driver") == "something of a driver");
  CHECK(phrase(audit::Language::kEnglish, "device rent") == "device rent");
}

TEST_CASE("every line and omission of a ledger has its Japanese") {
  TimeAccount time;
  time.device_hours = GpuHours(1);
  EnergyUse none;
  EnergyUse metered;
  metered.total = {Joules(1), std::nullopt, Provenance::kMeasured, "readings"};
  RunPrices all;
  all.rent = parse_rent("300 JPY/gpu_h", "test", Provenance::kAssumed);
  all.energy_kwh = parse_energy_price("0.1 USD/kWh", "test", Provenance::kAssumed);
  all.node_overhead = {Watts(1), std::nullopt, Provenance::kAssumed, "test"};
  all.pue = {1.1, std::nullopt, Provenance::kAssumed, "test"};
  RunPrices energy_only;
  energy_only.energy_kwh = all.energy_kwh;
  for (const CostLedger& ledger :
       {make_ledger(time, none, {}), make_ledger(time, metered, {}),
        make_ledger(time, metered, all), make_ledger(time, metered, energy_only)}) {
    for (const CostLine& line : ledger.lines) {
      CHECK(phrase(audit::Language::kJapanese, line.item) != line.item);
    }
    for (const std::string& text : ledger.not_included) {
      CHECK(phrase(audit::Language::kJapanese, text) != text);
    }
  }
}

TEST_CASE("a wording that nobody wrote is our bug") {
  CHECK_THROWS_AS(report::wording(audit::Language::kEnglish, "no.such.wording"), InternalError);
}

}  // namespace
}  // namespace assay::report
