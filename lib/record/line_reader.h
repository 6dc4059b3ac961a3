#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace assay::record {

/// Reads a file line by line through one buffer: what is in memory is that and no more, however
/// long the file. Throws: DataError where the file cannot be read.
class LineReader {
 public:
  /// Bytes behind every line that may be read, though they mean nothing.
  static constexpr size_t kPadding = 64;

  explicit LineReader(const std::filesystem::path& path);

  /// Goes to the next line; false after the last.
  bool next();
  /// The present line without its newline; valid until the next call of next().
  [[nodiscard]] std::string_view line() const { return line_; }
  /// True where the file ends within the present line: a process died while it wrote.
  [[nodiscard]] bool torn() const { return torn_; }
  /// "path:number" of the present line.
  [[nodiscard]] std::string where() const;

 private:
  /// Moves the rest to the front of the buffer and reads on; false where nothing was left to read.
  bool fill();

  std::string path_;
  std::ifstream file_;
  std::string buffer_;
  size_t begin_ = 0;  ///< of what is read but not handed out
  size_t end_ = 0;
  std::string_view line_;
  int64_t number_ = 0;
  bool torn_ = false;
};

}  // namespace assay::record
