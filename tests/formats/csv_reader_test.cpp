#include "formats/csv_reader.h"

#include <catch2/catch.hpp>

#include "error/error.h"

namespace assay {
namespace {

std::vector<std::string> fields_of(const std::string& text) {
  const CsvTable table = read_csv(text, "t.csv");
  REQUIRE(table.rows.size() == 1);
  CHECK(table.rows[0].fault.empty());
  return table.rows[0].fields;
}

std::string header_fault(const std::string& text) {
  try {
    (void)read_csv(text, "t.csv");
  } catch (const DataError& error) {
    return error.what();
  }
  return {};
}

TEST_CASE("quotes hold commas, quotes and line ends") {
  CHECK(fields_of("a,b\n\"x, \"\"y\"\"\",\"1\r\n2\"\r\n") ==
        std::vector<std::string>{"x, \"y\"", "1\r\n2"});
  CHECK(fields_of("a,b\n,\n") == std::vector<std::string>{"", ""});
  CHECK(fields_of("a,b\n1,2") == std::vector<std::string>{"1", "2"});
  CHECK(fields_of("a,b\n1,") == std::vector<std::string>{"1", ""});
}

TEST_CASE("a byte order mark and blank lines are no data") {
  const CsvTable table = read_csv(
      "\xef\xbb\xbf"
      "a,b\n\n1,2\n\n",
      "t.csv");
  CHECK(table.column("a") == 0);
  CHECK(table.column("b") == 1);
  CHECK(table.column("c") == CsvTable::npos);
  REQUIRE(table.rows.size() == 1);
  CHECK(table.rows[0].line == 3);
}

TEST_CASE("a faulty record is told with its line and takes no other with it") {
  const CsvTable table = read_csv(
      "a,b\n1,2\nbad\"quote,2\n\"after\"x,2\n1,2,3\nonly one\n\"never closed,2\n3,4\n", "t.csv");
  REQUIRE(table.rows.size() == 7);
  CHECK(table.rows[0].fault.empty());
  CHECK(table.rows[1].fault.find("a quote inside a field") != std::string::npos);
  CHECK(table.rows[1].line == 3);
  CHECK(table.rows[2].fault == "text after a closing quote");
  CHECK(table.rows[3].fault == "3 fields where the header has 2");
  CHECK(table.rows[4].fault == "1 fields where the header has 2");
  CHECK(table.rows[5].fault == "a quote that is never closed");
  CHECK(table.rows[5].line == 7);
  CHECK(table.rows[6].fields == std::vector<std::string>{"3", "4"});
  CHECK(table.rows[6].line == 8);
}

TEST_CASE("NUL bytes and lone carriage returns are faults") {
  CHECK(read_csv(std::string("a,b\n1\0,2\n", 9), "t.csv").rows[0].fault == "a NUL byte");
  CHECK(read_csv("a,b\n1,2\rx\n", "t.csv").rows[0].fault ==
        "a carriage return without a line feed");
}

TEST_CASE("many forgotten quotes do not make reading slow") {
  std::string text = "a,b\n";
  for (int i = 0; i < 2000; ++i) text += "\"x,y\n";
  text += std::string(40000, 'z');
  CHECK(read_csv(text, "t.csv").rows.size() >= 1000);
}

TEST_CASE("a header must be there, whole, and name no column twice") {
  CHECK(header_fault("").find("t.csv:1:1: an empty file") != std::string::npos);
  CHECK(header_fault("a\"b,c\n").find("the header is faulty") != std::string::npos);
  CHECK(header_fault("a,a\n1,2\n").find("names a column twice: \"a\"") != std::string::npos);
}

}  // namespace
}  // namespace assay
