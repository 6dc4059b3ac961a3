#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// A record of a CSV file. A record that breaks the grammar, or has another number of fields than
/// the header, keeps what was read and says so in `fault`.
struct CsvRow {
  size_t line = 0;  ///< of its first character, from 1
  std::vector<std::string> fields;
  std::string fault;  ///< empty: none
};

struct CsvTable {
  std::vector<std::string> header;
  std::vector<CsvRow> rows;

  /// The position of a column, or npos.
  [[nodiscard]] size_t column(std::string_view name) const;
  static constexpr size_t npos = static_cast<size_t>(-1);
};

/// Reads a CSV text as RFC 4180 has it: comma, double quotes, quotes doubled inside quotes, line
/// ends inside quotes; LF or CRLF; a byte order mark is skipped. A faulty record never takes others
/// with it: reading goes on at the next line. Debian's libraries do not fit: fccp knows no line
/// ends inside quotes nor columns at run time, libcsv's last release (2013) tells no line of a
/// fault. Throws: DataError where there is no header, or where it is faulty or names a column
/// twice.
CsvTable read_csv(std::string_view text, const std::string& name);

}  // namespace assay
