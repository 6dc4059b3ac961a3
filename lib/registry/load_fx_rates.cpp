#include "registry/catalogues.h"
#include "registry/entry_files.h"
#include "registry/fx_file.h"
#include "registry/source_check.h"

namespace assay::registry {

std::map<std::string, FxRate> load_fx_rates(const std::filesystem::path& root,
                                            const Sources& sources) {
  std::map<std::string, FxRate> rates;
  for (const std::filesystem::path& path : entry_files(root / "fx")) {
    const FxFile file = read_entry<FxFile>(path);
    static_cast<void>(checked(sources, file.source));
    rates.emplace(file.id.value, FxRate{.id = file.id.value,
                                        .rate = checked(sources, file.source, file.rate),
                                        .date = file.date.value});
  }
  return rates;
}

}  // namespace assay::registry
