#include "registry/band_file.h"
#include "registry/catalogues.h"
#include "registry/entry_files.h"
#include "registry/source_check.h"

namespace assay::registry {

std::map<std::string, Band> load_bands(const std::filesystem::path& root, const Sources& sources) {
  std::map<std::string, Band> bands;
  for (const std::filesystem::path& path : entry_files(root / "bands")) {
    const BandFile file = read_entry<BandFile>(path);
    bands.emplace(file.id.value, Band{.id = file.id.value,
                                      .low = file.low.value.value,
                                      .high = file.high.value.value,
                                      .source = checked(sources, file.source),
                                      .title = file.title,
                                      .note = file.note,
                                      .unit = file.low.value.unit,
                                      .currency = file.low.value.currency});
  }
  return bands;
}

}  // namespace assay::registry
