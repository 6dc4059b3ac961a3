#include "config/config.h"
#include "registry/catalogues.h"
#include "registry/source_file.h"

namespace assay::registry {

Sources load_sources(const std::filesystem::path& root) {
  const TomlTable table =
      read_toml_file(root / "sources.toml", {.kind = DocumentKind::kData, .module = "registry"});
  Sources sources;
  for (const TomlEntry& item : table.entries) {
    SourceEntry entry;
    parse_value(item.node, entry, {});
    sources.emplace(item.key, Source{.key = item.key,
                                     .title = entry.title,
                                     .url = entry.url,
                                     .published = entry.published.value,
                                     .retrieved = entry.retrieved.value,
                                     .hand = entry.hand});
  }
  return sources;
}

}  // namespace assay::registry
