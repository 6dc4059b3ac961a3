#pragma once

#include <optional>
#include <string>
#include <vector>

#include "units/money.h"
#include "units/sourced.h"

namespace assay {

/// quantity x unit price = amount. Provenance is that of the weakest input.
struct CostLine {
  std::string item;        ///< "device rent", "energy", "node overhead" ...
  double quantity = 0;
  std::string unit;        ///< "gpu_h", "kWh"
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

}  // namespace assay
