#include "record/line_reader.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "error/error.h"
#include "run_fixture.h"

namespace assay::record {
namespace {

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  LineReader reader(path);
  while (reader.next()) lines.emplace_back(reader.line());
  return lines;
}

TEST_CASE("lines are read whole however long they are and wherever a block ends") {
  const test::TemporaryFolder folder;
  std::vector<std::string> written;
  std::string text;
  for (const size_t size : {size_t{0}, size_t{1}, size_t{700}, size_t{262'143}, size_t{262'144},
                            size_t{262'145}, size_t{1'000'000}, size_t{3}}) {
    written.emplace_back(size, static_cast<char>('a' + written.size()));
    text += written.back() + "\n";
  }
  test::write_text(folder.path() / "lines", text);
  CHECK(lines_of(folder.path() / "lines") == written);
}

TEST_CASE("a last line without its newline is torn, and each line knows its place") {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "lines";
  test::write_text(path, "one\ntwo");
  LineReader reader(path);
  REQUIRE(reader.next());
  CHECK_FALSE(reader.torn());
  REQUIRE(reader.next());
  CHECK(reader.line() == "two");
  CHECK(reader.torn());
  CHECK(reader.where() == path.string() + ":2");
  CHECK_FALSE(reader.next());
}

TEST_CASE("an empty file has no line and a missing one is an error") {
  const test::TemporaryFolder folder;
  test::write_text(folder.path() / "empty", "");
  CHECK(lines_of(folder.path() / "empty").empty());
  CHECK_THROWS_AS(LineReader(folder.path() / "missing"), DataError);
}

}  // namespace
}  // namespace assay::record
