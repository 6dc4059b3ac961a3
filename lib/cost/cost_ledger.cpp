#include "cost/cost_ledger.h"

#include <fmt/format.h>

namespace assay {
namespace {

CostLine energy_line(std::string item, Joules energy, const Sourced<Money>& per_kwh,
                     Provenance provenance, std::string source) {
  const double kwh = energy.value() / kJoulesPerKilowattHour;
  return {.item = std::move(item),
          .quantity = kwh,
          .unit = "kWh",
          .unit_price = per_kwh.value,
          .amount = per_kwh.value * kwh,
          .provenance = weakest(provenance, per_kwh.provenance),
          .source = std::move(source)};
}

void add_rent(const TimeAccount& time, const RunPrices& prices, CostLedger& ledger) {
  if (!prices.rent) {
    ledger.not_included.push_back("device rent: no price was named");
    return;
  }
  ledger.lines.push_back({.item = "device rent",
                          .quantity = time.device_hours.value(),
                          .unit = "gpu_h",
                          .unit_price = prices.rent->value.per_gpu_hour,
                          .amount = time.device_hours * prices.rent->value,
                          .provenance = weakest(Provenance::kMeasured, prices.rent->provenance),
                          .source = prices.rent->source});
}

// The joules that PUE multiplies: metered devices plus node overhead.
struct MeteredEnergy {
  Joules energy;
  Provenance provenance = Provenance::kMeasured;
};

void add_energy(const TimeAccount& time, const EnergyUse& energy, const RunPrices& prices,
                CostLedger& ledger) {
  if (!energy.total) {
    std::string reason = "energy: not measured";
    for (const std::string& why : energy.unavailable) reason += fmt::format("; {}", why);
    ledger.not_included.push_back(reason);
  } else if (!prices.energy_kwh) {
    ledger.not_included.push_back("energy: metered, but no price of a kWh was named");
  }
  if (!prices.energy_kwh) return;
  const Sourced<Money>& per_kwh = *prices.energy_kwh;
  MeteredEnergy base;
  if (energy.total) {
    base = {energy.total->value, energy.total->provenance};
    ledger.lines.push_back(
        energy_line("energy", base.energy, per_kwh, base.provenance, per_kwh.source));
  }
  if (prices.node_overhead) {
    const Joules overhead = prices.node_overhead->value * time.held;
    ledger.lines.push_back(energy_line("node overhead", overhead, per_kwh,
                                       prices.node_overhead->provenance,
                                       prices.node_overhead->source));
    base = {base.energy + overhead, weakest(base.provenance, prices.node_overhead->provenance)};
  } else {
    ledger.not_included.push_back("energy of the node beside its metered devices");
  }
  if (prices.pue && (energy.total || prices.node_overhead)) {
    ledger.lines.push_back(energy_line("building (PUE - 1)", base.energy * (prices.pue->value - 1),
                                       per_kwh, weakest(base.provenance, prices.pue->provenance),
                                       prices.pue->source));
  } else if (prices.pue) {
    ledger.not_included.push_back(
        "building (PUE - 1): there are no joules to multiply, neither measured nor of the node");
  } else {
    ledger.not_included.push_back("cooling and power conversion of the building (PUE)");
  }
}

void add_total(CostLedger& ledger) {
  if (ledger.lines.empty()) return;
  Sourced<Money> total{ledger.lines.front().amount * 0.0, std::nullopt, Provenance::kMeasured,
                       "sum of the lines"};
  for (const CostLine& line : ledger.lines) {
    if (line.amount.currency != total.value.currency) {
      ledger.not_included.push_back("a total: the lines are in different currencies");
      return;
    }
    total.value = total.value + line.amount;
    total.provenance = weakest(total.provenance, line.provenance);
  }
  ledger.total = total;
}

}  // namespace

CostLedger make_ledger(const TimeAccount& time, const EnergyUse& energy, const RunPrices& prices) {
  CostLedger ledger;
  add_rent(time, prices, ledger);
  add_energy(time, energy, prices, ledger);
  add_total(ledger);
  ledger.not_included.push_back("staff, earlier and failed runs, storage and network");
  return ledger;
}

}  // namespace assay
