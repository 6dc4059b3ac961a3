#include "formats/document_starts.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "error/error.h"
#include "temporary_folder.h"

namespace assay {
namespace {

void write_starts(const std::filesystem::path& path, const std::vector<uint64_t>& starts,
                  uint64_t num_tokens) {
  DocumentStartsWriter writer(path);
  writer.append(starts);
  writer.commit(num_tokens);
}

}  // namespace

TEST_CASE("document starts come back as they were written") {
  const TemporaryFolder folder;
  write_starts(folder / "x.docs", {0, 3, 7}, 9);
  const DocumentStarts starts(folder / "x.docs", 9);
  CHECK(std::vector<uint64_t>(starts.starts().begin(), starts.starts().end()) ==
        std::vector<uint64_t>{0, 3, 7});
  CHECK(document_starts_path("a/train-00000.tok") == "a/train-00000.docs");
}

TEST_CASE("document starts that are broken or of another shard are refused") {
  const TemporaryFolder folder;
  write_starts(folder / "x.docs", {0, 3, 7}, 9);
  CHECK_THROWS_AS(DocumentStarts(folder / "x.docs", 10), DataError);
  std::filesystem::resize_file(folder / "x.docs", 50);
  CHECK_THROWS_AS(DocumentStarts(folder / "x.docs", 9), DataError);
  std::filesystem::resize_file(folder / "x.docs", 20);
  CHECK_THROWS_AS(DocumentStarts(folder / "x.docs", 9), DataError);
  for (const std::vector<uint64_t>& bad :
       std::vector<std::vector<uint64_t>>{{1}, {0, 0}, {0, 5, 3}, {0, 9}}) {
    write_starts(folder / "y.docs", bad, 9);
    CHECK_THROWS_AS(DocumentStarts(folder / "y.docs", 9), DataError);
  }
}

}  // namespace assay
