#include <fmt/format.h>

#include <vector>

#include "registry/catalogues.h"
#include "registry/entry_files.h"
#include "registry/known_ids.h"
#include "registry/price_file.h"
#include "registry/source_check.h"

namespace assay::registry {
namespace {

Price to_price(const PriceFile& file, const Sources& sources) {
  static_cast<void>(checked(sources, file.source));
  const SourcedMeasure low = checked(sources, file.source, file.price ? *file.price : *file.low);
  const SourcedMeasure high = checked(sources, file.source, file.price ? *file.price : *file.high);
  return {.id = file.id.value,
          .device = file.device.value,
          .low = low,
          .high = high,
          .valid_from = file.valid_from.value,
          .valid_to = file.valid_to.value,
          .kind = file.kind,
          .note = file.note};
}

// Days are YYYY-MM-DD, so their order is that of their text.
void require_apart(const PriceFile& file, const std::map<std::string, Price>& prices) {
  for (const auto& [id, other] : prices) {
    const bool same = other.device == file.device.value && other.kind == file.kind;
    if (!same || other.valid_to < file.valid_from.value || file.valid_to.value < other.valid_from) {
      continue;
    }
    fail_at(file.valid_from.place,
            fmt::format("two {} prices of {} overlap: {} ({} to {}) and {} ({} to {})", file.kind,
                        other.device, id, other.valid_from, other.valid_to, file.id.value,
                        file.valid_from.value, file.valid_to.value));
  }
}

}  // namespace

std::map<std::string, Price> load_prices(const std::filesystem::path& root, const Sources& sources,
                                         const Devices& devices) {
  std::map<std::string, Price> prices;
  for (const std::filesystem::path& path : entry_files(root / "prices")) {
    const PriceFile file = read_entry<PriceFile>(path);
    static_cast<void>(known_entry("device", file.device, devices));
    require_apart(file, prices);
    prices.emplace(file.id.value, to_price(file, sources));
  }
  return prices;
}

}  // namespace assay::registry
