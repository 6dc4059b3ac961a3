#include "formats/csv_writer.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

TEST_CASE("what a spreadsheet takes for a formula gets an apostrophe") {
  CHECK(csv_field("=1+1") == "'=1+1");
  CHECK(csv_field("+x") == "'+x");
  CHECK(csv_field("-x") == "'-x");
  CHECK(csv_field("@x") == "'@x");
  CHECK(csv_field("\tx") == "'\tx");
  CHECK(csv_field("a=b") == "a=b");
}

TEST_CASE("control characters are written out, tabs and line ends are kept") {
  CHECK(csv_field("a\x1b[31mb\x07") == "a\\x1b[31mb\\x07");
  CHECK(csv_field("a\x7f") == "a\\x7f");
  CHECK(csv_field("a\tb") == "a\tb");
  CHECK(csv_field("\xe6\x97\xa5") == "\xe6\x97\xa5");
}

TEST_CASE("commas, quotes and line ends are quoted") {
  CHECK(csv_field("a,b") == "\"a,b\"");
  CHECK(csv_field("a\"b") == "\"a\"\"b\"");
  CHECK(csv_field("a\nb") == "\"a\nb\"");
  CHECK(csv_field("=a,\"b\"") == "\"'=a,\"\"b\"\"\"");
  CHECK(csv_field("").empty());
}

}  // namespace
}  // namespace assay
