#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "record/run_manifest.h"
#include "units/money.h"
#include "units/quantity.h"
#include "units/sourced.h"

namespace assay {

/// The prices and overheads to reckon a run with. What is absent is not priced; nothing here has a
/// default.
struct RunPrices {
  std::optional<Sourced<HourlyPrice>> rent;     ///< per device-hour
  std::optional<Sourced<Money>> energy_kwh;     ///< per kWh; leave absent where rent covers power
  std::optional<Sourced<Watts>> node_overhead;  ///< drawn beside the metered devices, all nodes
  std::optional<Sourced<double>> pue;           ///< power usage effectiveness of the building
};

/// A price per device-hour from text as a config or a command line names it: "0.10 USD/gpu_h".
/// `source` says who named it. Throws: DataError where it is not such a price or is negative.
Sourced<HourlyPrice> parse_rent(std::string_view text, std::string_view source,
                                Provenance provenance);

/// A price of energy: "0.15 USD/kWh". Throws as parse_rent.
Sourced<Money> parse_energy_price(std::string_view text, std::string_view source,
                                  Provenance provenance);

/// Power beside the metered devices: "250 W". Throws as parse_rent.
Sourced<Watts> parse_node_overhead(std::string_view text, std::string_view source,
                                   Provenance provenance);

/// Why the price of a run does not hold on the day (UTC) on which the run began, by the dates that
/// its config stated; nothing where it holds or no date was stated.
std::optional<std::string> price_not_valid(const RunManifest& manifest);

/// The price that the run's config named; absent where it named none. A sheet of the registry is
/// Quoted, any other Assumed: nobody was billed. Its source tells where the price was not valid.
/// Throws: DataError as above.
std::optional<Sourced<HourlyPrice>> rent_of(const RunManifest& manifest);

}  // namespace assay
