#include "cost/price_sheet.h"

#include <catch2/catch.hpp>

#include "cost/run_prices.h"
#include "error/error.h"
#include "units/measure.h"

namespace assay {
namespace {

Price sheet(const std::string& low, const std::string& high) {
  Price price;
  price.id = "h100-market-2025";
  price.low = {parse_measure(low), {"some-index", "table 1", "seen"}};
  price.high = {parse_measure(high), {"some-index", "table 1", "seen"}};
  price.valid_from = "2025-01-01";
  price.valid_to = "2025-12-31";
  return price;
}

RunManifest begun(const std::string& utc) {
  RunManifest manifest;
  manifest.started_utc = utc;
  return manifest;
}

TEST_CASE("a sheet's price is quoted, with its source and its days") {
  const auto rent =
      rent_of_sheet(sheet("2.5 USD/gpu_h", "2.5 USD/gpu_h"), begun("2025-06-01T10:00:00Z"));
  CHECK(rent.value.per_gpu_hour == Money{2.5, "USD", ""});
  CHECK(rent.provenance == Provenance::kQuoted);
  CHECK(rent.source ==
        "price sheet h100-market-2025 (some-index), valid from 2025-01-01 to 2025-12-31");
}

TEST_CASE("a run on another day is told beside the price") {
  const auto rent =
      rent_of_sheet(sheet("2.5 EUR/gpu_h", "2.5 EUR/gpu_h"), begun("2026-02-01T10:00:00Z"));
  CHECK(rent.value.per_gpu_hour.currency == "EUR");
  CHECK_THAT(rent.source, Catch::EndsWith("; the run began on 2026-02-01"));
}

TEST_CASE("a run that names a sheet has its price, source and days, and it stays quoted") {
  RunManifest manifest = begun("2026-02-01T10:00:00Z");
  name_price_sheet(sheet("2.5 USD/gpu_h", "2.5 USD/gpu_h"), manifest);
  CHECK(manifest.price_sheet == "h100-market-2025");
  CHECK(price_not_valid(manifest).value() ==
        "valid from 2025-01-01 to 2025-12-31, the run began on 2026-02-01");
  const auto rent = rent_of(manifest);
  REQUIRE(rent.has_value());
  CHECK(rent->value.per_gpu_hour == Money{2.5, "USD", ""});
  CHECK(rent->provenance == Provenance::kQuoted);
  CHECK_THAT(rent->source, Catch::StartsWith("price sheet h100-market-2025 (some-index) (valid"));
  CHECK_THROWS_AS(name_price_sheet(sheet("1 USD/gpu_h", "2 USD/gpu_h"), manifest), ConfigError);
}

TEST_CASE("a range is no price") {
  CHECK_THROWS_AS(rent_of_sheet(sheet("1 USD/gpu_h", "2 USD/gpu_h"), begun("")), ConfigError);
  CHECK_THROWS_WITH(rent_of_sheet(sheet("1 USD/gpu_h", "2 USD/gpu_h"), begun("")),
                    Catch::Contains("1 USD/gpu_h to 2 USD/gpu_h"));
}

}  // namespace
}  // namespace assay
