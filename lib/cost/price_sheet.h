#pragma once

#include <string>

#include "record/run_manifest.h"
#include "registry/registry.h"
#include "units/money.h"
#include "units/sourced.h"

namespace assay {

/// The price of a sheet of the registry as a run's rent (Quoted). Its source names sheet, origin
/// and days, and says so where the run did not begin on one of them. Throws: ConfigError where the
/// sheet is a range.
Sourced<HourlyPrice> rent_of_sheet(const Price& sheet, const RunManifest& manifest);

/// Writes the price of a sheet into the manifest of a run whose config named it: text, source, days
/// and id. Throws as rent_of_sheet.
void name_price_sheet(const Price& sheet, RunManifest& manifest);

}  // namespace assay
