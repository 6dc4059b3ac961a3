#include "formats/csv_reader.h"

#include <algorithm>
#include <set>

#include "error/error.h"

namespace assay {
namespace {

// Where a record starts, and what is wrong with it.
class RecordReader {
 public:
  explicit RecordReader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] size_t line() const { return line_; }

  // Reads one record; `columns` 0: any number of fields.
  CsvRow next(size_t columns) {
    CsvRow row{.line = line_, .fields = {}, .fault = {}};
    const size_t start = at_;
    while (read_field(row)) {
    }
    if (row.fault.empty() && columns != 0 && row.fields.size() != columns) {
      row.fault = std::to_string(row.fields.size()) + " fields where the header has " +
                  std::to_string(columns);
    }
    if (!row.fault.empty()) resume_after_first_line(start, row.line);
    return row;
  }

 private:
  // True where another field follows in this record.
  bool read_field(CsvRow& row) {
    std::string field;
    const bool quoted = at_ < text_.size() && text_[at_] == '"';
    if (!(quoted ? read_quoted(field, row) : read_plain(field, row))) return false;
    row.fields.push_back(std::move(field));
    if (at_end()) return false;
    if (text_[at_] == ',') {
      ++at_;
      if (at_end()) row.fields.emplace_back();  // a comma before the end of the file
      return !at_end();
    }
    end_line(row);
    return false;
  }

  bool read_plain(std::string& field, CsvRow& row) {
    while (!at_end() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r') {
      if (text_[at_] == '"')
        return fail(row, "a quote inside a field that does not start with one");
      if (text_[at_] == '\0') return fail(row, "a NUL byte");
      field += text_[at_++];
    }
    return true;
  }

  bool read_quoted(std::string& field, CsvRow& row) {
    // Longer ones are forgotten quotes; the limit also bounds what reading them again costs.
    constexpr size_t kLongest = 32768;
    for (++at_; !at_end(); ++at_) {
      if (field.size() > kLongest) return fail(row, "a quoted field of more than 32 KiB");
      if (text_[at_] == '\0') return fail(row, "a NUL byte");
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        field += text_[at_];
        continue;
      }
      if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        field += text_[at_++];
        continue;
      }
      ++at_;
      const bool closed = at_end() || text_[at_] == ',' || text_[at_] == '\n' || text_[at_] == '\r';
      return closed || fail(row, "text after a closing quote");
    }
    return fail(row, "a quote that is never closed");
  }

  void end_line(CsvRow& row) {
    if (text_[at_] == '\r') ++at_;
    if (at_end()) return;
    if (text_[at_] != '\n') {
      row.fault = "a carriage return without a line feed";
      return;
    }
    ++at_;
    ++line_;
  }

  static bool fail(CsvRow& row, const char* fault) {
    row.fault = fault;
    return false;
  }

  void resume_after_first_line(size_t start, size_t line) {
    const size_t end = text_.find('\n', start);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
    line_ = line + 1;
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t line_ = 1;
};

bool is_blank(const CsvRow& row) {
  return row.fault.empty() && row.fields.size() == 1 && row.fields.front().empty();
}

std::vector<std::string> read_header(RecordReader& reader, const std::string& name) {
  if (reader.at_end()) throw DataError("[formats] " + name + ":1:1: an empty file has no header");
  const CsvRow header = reader.next(0);
  if (!header.fault.empty()) {
    throw DataError("[formats] " + name + ":1:1: the header is faulty: " + header.fault);
  }
  std::set<std::string> seen;
  for (const std::string& column : header.fields) {
    if (!seen.insert(column).second) {
      throw DataError("[formats] " + name + ":1:1: the header names a column twice: \"" +
                      column.substr(0, 80) + "\"");
    }
  }
  return header.fields;
}

}  // namespace

size_t CsvTable::column(std::string_view name) const {
  const auto found = std::find(header.begin(), header.end(), name);
  return found == header.end() ? npos : static_cast<size_t>(found - header.begin());
}

CsvTable read_csv(std::string_view text, const std::string& name) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  RecordReader reader(text);
  CsvTable table;
  table.header = read_header(reader, name);
  while (!reader.at_end()) {
    CsvRow row = reader.next(table.header.size());
    const bool blank = row.fields.size() <= 1 && (row.fields.empty() || row.fields[0].empty()) &&
                       row.fault.starts_with("1 fields");
    if (!blank && !is_blank(row)) table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace assay
