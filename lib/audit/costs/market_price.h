#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/rule_context.h"

namespace assay::audit {

/// What an hour of a device cost on the market at a date.
struct MarketPrice {
  double low = 0;  ///< in the currency per device-hour
  double high = 0;
  std::string currency;
  std::vector<CheckInput> sources;
  std::string formula;  ///< how the samples and their spread give the ends; empty without a spread

  /// Their geometric mean, to the digits that formulas show.
  [[nodiscard]] double middle() const;
};

/// The prices of the registry that are valid at `date` for the device, with the usual spread of
/// unit prices (band `unit-price-spread`), which adds to the range of samples by the squares of the
/// logarithms. A price that a claim assumes is no market price. Nothing where the registry has
/// none.
std::optional<MarketPrice> market_price(const RuleContext& context, const std::string& device,
                                        const std::string& date);

}  // namespace assay::audit
