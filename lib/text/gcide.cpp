#include "text/gcide.h"

#include <fmt/format.h>

#include <map>

#include "error/error.h"
#include "formats/mapping.h"
#include "text/dict_index.h"
#include "text/gzip.h"

namespace assay {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

GcideFiles GcideFiles::in(const std::filesystem::path& folder) {
  GcideFiles files{.dictionary = folder / "gcide.dict.dz", .index = folder / "gcide.index"};
  for (const std::filesystem::path& file : {files.dictionary, files.index}) {
    if (!std::filesystem::exists(file)) {
      throw DataError(fmt::format(
          "[text] corpus is not installed: no {} (apt-get install dict-gcide)", file.string()));
    }
  }
  return files;
}

std::vector<std::string> read_gcide(const GcideFiles& files) {
  const std::string text = read_gzip_file(files.dictionary);
  const Mapping mapping(files.index);
  const auto bytes = mapping.bytes();
  std::map<uint64_t, uint64_t> places;  // offset -> size
  for (const DictIndexLine& line : parse_dict_index(
           {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, files.index.string())) {
    if (line.headword.starts_with("00")) continue;
    if (line.offset > text.size() || line.size > text.size() - line.offset) {
      throw DataError(fmt::format("[text] entry \"{}\" at {}+{} is outside of the {} bytes of {}",
                                  line.headword, line.offset, line.size, text.size(),
                                  files.dictionary.string()));
    }
    places[line.offset] = line.size;
  }
  std::vector<std::string> entries;
  entries.reserve(places.size());
  for (const auto& [offset, size] : places) {
    entries.push_back(clean_entry(std::string_view(text).substr(offset, size)));
  }
  return entries;
}

std::string clean_entry(std::string_view entry) {
  std::string text;
  for (size_t at = 0; at < entry.size();) {
    int newlines = 0;
    while (at < entry.size() && is_space(entry[at])) newlines += entry[at++] == '\n' ? 1 : 0;
    if (at == entry.size()) break;
    if (!text.empty()) text += newlines > 1 ? '\n' : ' ';
    while (at < entry.size() && !is_space(entry[at])) text += entry[at++];
  }
  if (!text.empty()) text += '\n';
  return text;
}

}  // namespace assay
