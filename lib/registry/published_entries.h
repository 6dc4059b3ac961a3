#pragma once

#include <string_view>
#include <vector>

#include "registry/entry_files.h"
#include "registry/registry.h"
#include "registry/source_check.h"

namespace assay::registry {

/// Gives the figures of a file their source: its own, else the file's.
struct FileFigures {
  const Sources& sources;
  const SourceField& source;

  template <class Field>
  auto operator()(const Field& field) const {
    return checked(sources, source, field);
  }
};

/// Every file of a folder of what somebody published, by id: `entry_of(file, figures)` checks its
/// names and makes the entry. Throws: DataError with its place for a source that is not known.
template <class File, class EntryOf>
auto published_entries(const Registry& registry, std::string_view folder, const EntryOf& entry_of) {
  using Entry = decltype(entry_of(File{}, FileFigures{registry.sources(), SourceField{}}));
  std::vector<Entry> all;
  for (const std::filesystem::path& path : entry_files(registry.root() / folder)) {
    const auto file = read_entry<File>(path);
    static_cast<void>(checked(registry.sources(), file.source));
    all.push_back(entry_of(file, FileFigures{registry.sources(), file.source}));
  }
  return all;
}

}  // namespace assay::registry
