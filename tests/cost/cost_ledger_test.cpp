#include "cost/cost_ledger.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "error/error.h"

namespace assay {
namespace {

using Catch::Contains;

TimeAccount ten_device_hours() {
  TimeAccount time;
  time.held = Seconds(3600);
  time.device_hours = GpuHours(10);
  return time;
}

EnergyUse two_kilowatt_hours() {
  EnergyUse energy;
  energy.total = {Joules(7.2e6), std::nullopt, Provenance::kMeasured, "readings"};
  return energy;
}

Sourced<Money> usd_per_kwh(double amount) {
  return {{amount, "USD", ""}, std::nullopt, Provenance::kQuoted, "tariff"};
}

bool says(const std::vector<std::string>& lines, const std::string& text) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

TEST_CASE("total is the sum of its lines") {
  RunPrices prices;
  prices.rent = parse_rent("2 USD/gpu_h", "config", Provenance::kAssumed);
  prices.energy_kwh = usd_per_kwh(0.1);
  prices.node_overhead = {Watts(1000), std::nullopt, Provenance::kAssumed, "config"};
  prices.pue = {1.5, std::nullopt, Provenance::kAssumed, "config"};
  const CostLedger ledger = make_ledger(ten_device_hours(), two_kilowatt_hours(), prices);
  REQUIRE(ledger.lines.size() == 4);
  CHECK(ledger.lines[0].amount.amount == Approx(20.0));
  CHECK(ledger.lines[1].amount.amount == Approx(0.2));
  CHECK(ledger.lines[1].provenance == Provenance::kQuoted);
  CHECK(ledger.lines[2].amount.amount == Approx(0.1));
  CHECK(ledger.lines[2].provenance == Provenance::kAssumed);
  CHECK(ledger.lines[3].amount.amount == Approx(0.15));
  double sum = 0;
  for (const CostLine& line : ledger.lines) {
    CHECK(line.amount.amount == Approx(line.quantity * line.unit_price.amount));
    sum += line.amount.amount;
  }
  REQUIRE(ledger.total.has_value());
  CHECK(ledger.total->value.amount == Approx(sum));
  CHECK(ledger.total->provenance == Provenance::kAssumed);
}

TEST_CASE("without a price there is no money and the ledger says so") {
  const CostLedger ledger = make_ledger(ten_device_hours(), two_kilowatt_hours(), {});
  CHECK(ledger.lines.empty());
  CHECK_FALSE(ledger.total.has_value());
  CHECK(says(ledger.not_included, "device rent: no price was named"));
  CHECK(says(ledger.not_included, "metered, but no price of a kWh"));
}

TEST_CASE("energy that was not measured is not in the ledger, with the reason") {
  EnergyUse energy;
  energy.unavailable = {"rapl: permission denied (run as root)"};
  RunPrices prices;
  prices.energy_kwh = usd_per_kwh(0.1);
  prices.pue = {1.5, std::nullopt, Provenance::kAssumed, "config"};
  const CostLedger ledger = make_ledger(ten_device_hours(), energy, prices);
  CHECK(ledger.lines.empty());
  CHECK(says(ledger.not_included, "energy: not measured; rapl: permission denied (run as root)"));
}

TEST_CASE("assumed joules make an assumed line") {
  EnergyUse energy = two_kilowatt_hours();
  energy.total->provenance = Provenance::kAssumed;
  RunPrices prices;
  prices.energy_kwh = usd_per_kwh(0.1);
  const CostLedger ledger = make_ledger(ten_device_hours(), energy, prices);
  CHECK(ledger.lines.at(0).provenance == Provenance::kAssumed);
}

TEST_CASE("lines in different currencies have no total") {
  RunPrices prices;
  prices.rent = parse_rent("300 JPY/gpu_h", "config", Provenance::kAssumed);
  prices.energy_kwh = usd_per_kwh(0.1);
  const CostLedger ledger = make_ledger(ten_device_hours(), two_kilowatt_hours(), prices);
  CHECK(ledger.lines.size() == 2);
  CHECK_FALSE(ledger.total.has_value());
  CHECK(says(ledger.not_included, "different currencies"));
}

TEST_CASE("a price of something else is refused") {
  CHECK_THROWS_AS(parse_rent("0.1 USD/kWh", "config", Provenance::kAssumed), DataError);
  CHECK_THROWS_AS(parse_rent("0.1", "config", Provenance::kAssumed), DataError);
  CHECK_THROWS_WITH(parse_rent("-1 USD/gpu_h", "config", Provenance::kAssumed),
                    Contains("-1 USD/gpu_h"));
}

TEST_CASE("a price of energy is per kWh") {
  CHECK(parse_energy_price("0.15 USD/kWh", "--energy-price", Provenance::kAssumed).value.amount ==
        Approx(0.15));
  CHECK_THROWS_AS(parse_energy_price("2 USD/gpu_h", "--energy-price", Provenance::kAssumed),
                  DataError);
}

TEST_CASE("the price of a run is the one its config named") {
  RunManifest manifest;
  CHECK_FALSE(rent_of(manifest).has_value());
  manifest.price_text = "0.10 USD/gpu_h";
  const auto rent = rent_of(manifest);
  REQUIRE(rent.has_value());
  CHECK(rent->value.per_gpu_hour.amount == Approx(0.1));
  CHECK(rent->provenance == Provenance::kAssumed);
}

}  // namespace
}  // namespace assay
