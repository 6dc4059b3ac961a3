#include <vector>

#include "config/config.h"
#include "registry/catalogues.h"
#include "registry/known_ids.h"
#include "registry/source_file.h"

namespace assay::registry {

Sources load_sources(const std::filesystem::path& root) {
  const TomlTable table =
      read_toml_file(root / "sources.toml", {.kind = DocumentKind::kData, .module = "registry"});
  Sources sources;
  std::vector<Located<std::string>> copies;
  for (const TomlEntry& item : table.entries) {
    SourceEntry entry;
    parse_value(item.node, entry, {});
    sources.emplace(item.key, Source{.key = item.key,
                                     .title = entry.title,
                                     .url = entry.url,
                                     .published = entry.published.value,
                                     .retrieved = entry.retrieved.value,
                                     .hand = entry.hand,
                                     .copy_of = entry.copy_of.value});
    if (!entry.copy_of.value.empty()) copies.emplace_back(entry.copy_of);
  }
  for (const Located<std::string>& copy : copies) {
    static_cast<void>(known_entry("source", copy, sources));
  }
  return sources;
}

}  // namespace assay::registry
