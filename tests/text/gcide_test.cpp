#include "text/gcide.h"

#include <zlib.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "error/error.h"
#include "formats/temporary_folder.h"
#include "text/dict_index.h"
#include "text/gzip.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;

void write_gzip(const std::filesystem::path& path, const std::string& text) {
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
}

// A dictionary of two entries, the first with two headwords, and a page about the database.
void write_dictionary(const std::filesystem::path& folder, const std::string& index) {
  write_gzip(folder / "gcide.dict.dz",
             "About.\n\nOx \\Ox\\, n.\n   An animal.\n\nZoo, n.\n   Place.\n");
  std::ofstream(folder / "gcide.index") << index;
}

TEST_CASE("entries come once, in order and without the pages about the database") {
  const TemporaryFolder folder;
  write_dictionary(folder.path(), "00-database-info\tA\tI\nZoo\tj\tS\nOxen\tI\ta\nOx\tI\ta\n");
  const std::vector<std::string> entries = read_gcide(GcideFiles::in(folder.path()));
  CHECK(entries == std::vector<std::string>{"Ox \\Ox\\, n. An animal.\n", "Zoo, n. Place.\n"});
}

TEST_CASE("cleaning joins the lines of a paragraph and changes white space only") {
  CHECK(clean_entry(
            "Ox \\Ox\\, n.\n   1. An  animal;\n      big.\n   [1913 Webster]\n\n   2. Fool.\n\n") ==
        "Ox \\Ox\\, n. 1. An animal; big. [1913 Webster]\n2. Fool.\n");
  CHECK(clean_entry("  \n\n ").empty());
}

TEST_CASE("a missing corpus names the Debian package") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(GcideFiles::in(folder.path()), DataError);
  CHECK_THROWS_WITH(GcideFiles::in(folder.path()), Contains("apt-get install dict-gcide"));
}

TEST_CASE("an entry outside of the dictionary is refused") {
  const TemporaryFolder folder;
  write_dictionary(folder.path(), "Ox\tI\t///\n");
  CHECK_THROWS_WITH(read_gcide(GcideFiles::in(folder.path())),
                    Contains("entry \"Ox\" at 8+262143"));
}

TEST_CASE("a line that is no index line is refused with its place") {
  CHECK_THROWS_WITH(parse_dict_index("Ox\tI\te\nOx I e\n", "x.index"), Contains("x.index:2:"));
  for (const char* line : {"Ox\tI", "Ox\t\te", "Ox\tI\t!", "Ox\tAAAAAAAAAAA\te", "\n"}) {
    CHECK_THROWS_AS(parse_dict_index(line, "x.index"), DataError);
  }
  CHECK(parse_dict_index("", "x").empty());
  CHECK(parse_dict_index("a\tBA\t/\tA!", "x").at(0).offset == 64);
}

TEST_CASE("a gzip file that is cut off, corrupt or none is refused") {
  const TemporaryFolder folder;
  write_gzip(folder / "a.gz", std::string(5000, 'x') + "tail");
  CHECK(read_gzip_file(folder / "a.gz").size() == 5004);
  const auto size = std::filesystem::file_size(folder / "a.gz");
  std::filesystem::resize_file(folder / "a.gz", size - 5);
  CHECK_THROWS_WITH(read_gzip_file(folder / "a.gz"), Contains("is cut off"));
  std::ofstream(folder / "b.gz") << "plain text";
  CHECK_THROWS_WITH(read_gzip_file(folder / "b.gz"), Contains("is corrupt"));
  std::ofstream(folder / "empty.gz").flush();
  CHECK_THROWS_WITH(read_gzip_file(folder / "empty.gz"), Contains("is cut off"));
}

TEST_CASE("two gzip members in one file are read as one text") {
  const TemporaryFolder folder;
  write_gzip(folder / "a", "one ");
  write_gzip(folder / "b", "two");
  std::ofstream both(folder / "both", std::ios::binary);
  for (const char* part : {"a", "b"})
    both << std::ifstream(folder / part, std::ios::binary).rdbuf();
  both.close();
  CHECK(read_gzip_file(folder / "both") == "one two");
}

}  // namespace
}  // namespace assay
