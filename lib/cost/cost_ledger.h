#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cost/energy_use.h"
#include "cost/run_prices.h"
#include "record/time_account.h"
#include "units/money.h"
#include "units/sourced.h"

namespace assay {

/// quantity x unit price = amount. Provenance is that of the weakest input.
struct CostLine {
  std::string item;  ///< "device rent", "energy", "node overhead" ...
  double quantity = 0;
  std::string unit;  ///< "gpu_h", "kWh"
  Money unit_price;
  Money amount;
  Provenance provenance = Provenance::kAssumed;
  std::string source;
};

/// What a run cost, line by line. `total` is absent where no line could be priced.
struct CostLedger {
  std::vector<CostLine> lines;
  std::optional<Sourced<Money>> total;
  std::vector<std::string> not_included;  ///< in plain words: "energy: not measured: no RAPL"
};

/// Prices a run. Device rent = device-hours held x price; energy = kWh x price; node overhead and
/// what the building adds (PUE) are lines of their own, only where `prices` names them.
/// `total` is the sum of the lines; absent where there are none or their currencies differ.
CostLedger make_ledger(const TimeAccount& time, const EnergyUse& energy, const RunPrices& prices);

}  // namespace assay
