#include "registry/registry_age.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace assay {

std::string newest_reading(const Registry& registry) {
  std::string newest;
  for (const auto& [key, source] : registry.sources()) newest = std::max(newest, source.retrieved);
  return newest;
}

bool is_stale(const Price& price, const Registry& registry) {
  std::string limit = newest_reading(registry);
  if (limit.size() < 4) return false;
  const int year = std::stoi(limit.substr(0, 4)) - 1;
  limit.replace(0, 4, fmt::format("{:04}", year));
  return price.valid_to < limit;
}

std::vector<std::string> stale_prices(const Registry& registry) {
  std::map<std::string, const Price*> newest;
  for (const auto& [id, price] : registry.prices()) {
    if (price.kind == "assumed-by-claim") continue;
    const Price*& known = newest[price.device];
    if (known == nullptr || known->valid_to < price.valid_to) known = &price;
  }
  std::vector<std::string> sentences;
  for (const auto& [device, price] : newest) {
    if (!is_stale(*price, registry)) continue;
    sentences.push_back(fmt::format(
        "[registry] the newest price of {} ({}) ended on {}, more than twelve months ago", device,
        price->id, price->valid_to));
  }
  return sentences;
}

}  // namespace assay
