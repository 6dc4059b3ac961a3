#pragma once

#include <string>
#include <vector>

#include "registry/registry.h"

namespace assay {

/// The newest day that a document of the registry was read: what the registry takes for today, so
/// that its answers do not change with the clock. Empty without any.
std::string newest_reading(const Registry& registry);

/// True where a price ended more than twelve months before the registry's newest reading.
bool is_stale(const Price& price, const Registry& registry);

/// One sentence for each device all of whose prices are stale; assumptions of claims do not count.
std::vector<std::string> stale_prices(const Registry& registry);

}  // namespace assay
