#include "registry/catalogues.h"
#include "registry/entry_files.h"
#include "registry/grid_file.h"
#include "registry/source_check.h"

namespace assay::registry {

std::map<std::string, Grid> load_grids(const std::filesystem::path& root, const Sources& sources) {
  std::map<std::string, Grid> grids;
  for (const std::filesystem::path& path : entry_files(root / "grids")) {
    const GridFile file = read_entry<GridFile>(path);
    static_cast<void>(checked(sources, file.source));
    grids.emplace(file.id.value, Grid{.id = file.id.value,
                                      .name = file.name,
                                      .intensity = checked(sources, file.source, file.intensity),
                                      .year = file.year.value,
                                      .note = file.note});
  }
  return grids;
}

}  // namespace assay::registry
