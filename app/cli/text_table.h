#pragma once

#include <string>
#include <vector>

namespace assay::app {

/// Columns of text for a terminal. Columns are as wide as their widest cell (in characters of
/// UTF-8); numbers stand to the right.
class TextTable {
 public:
  enum class Align { kLeft, kRight };

  explicit TextTable(std::vector<std::string> header, std::vector<Align> align = {});
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  /// The table, two spaces between columns, without spaces at the ends of lines.
  [[nodiscard]] std::string text(const std::string& indent = "") const;

 private:
  std::vector<Align> align_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace assay::app
