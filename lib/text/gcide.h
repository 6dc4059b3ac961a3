#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Where Debian's package dict-gcide puts the Collaborative International Dictionary of English
/// (the text of Webster 1913 and WordNet 1.5; GPL).
inline constexpr std::string_view kGcideFolder = "/usr/share/dictd";

/// The two files of the dictionary.
struct GcideFiles {
  std::filesystem::path dictionary;  ///< gcide.dict.dz
  std::filesystem::path index;       ///< gcide.index

  /// The files in `folder`. Throws: DataError naming the Debian package where one is missing.
  static GcideFiles in(const std::filesystem::path& folder);
};

/// All entries, cleaned by clean_entry(), in the order of the dictionary. An entry that several
/// headwords name comes once; the pages about the database itself ("00-...") do not come.
/// Throws: DataError on a corrupt file or an entry outside of the dictionary.
std::vector<std::string> read_gcide(const GcideFiles& files);

/// Undoes the typesetting of a dictd entry; only white space changes. Lines of a paragraph are
/// joined by one space, runs of spaces become one, paragraphs (split by empty lines) become lines,
/// and the entry ends with a newline.
std::string clean_entry(std::string_view entry);

}  // namespace assay
