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

TEST_CASE("commas, quotes and line ends are quoted") {
  CHECK(csv_field("a,b") == "\"a,b\"");
  CHECK(csv_field("a\"b") == "\"a\"\"b\"");
  CHECK(csv_field("a\nb") == "\"a\nb\"");
  CHECK(csv_field("=a,\"b\"") == "\"'=a,\"\"b\"\"\"");
  CHECK(csv_field("").empty());
}

}  // namespace
}  // namespace assay
