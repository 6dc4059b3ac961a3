// What a corpus may hold at its worst: one line of a hundred megabytes.
#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "program.h"

namespace {

namespace fs = std::filesystem;

/// Words of a language that no dictionary has, as many bytes as asked for.
std::string long_line(size_t size) {
  std::string text;
  text.reserve(size + 16);
  for (uint64_t i = 1; text.size() < size;
       i = i * 6364136223846793005ULL + 1442695040888963407ULL) {
    const uint64_t bits = i >> 33;
    for (uint64_t j = 0; j < 2 + bits % 7; ++j) {
      text += static_cast<char>('a' + (bits >> (3 * j)) % 26);
    }
    text += bits % 11 == 0 ? ", " : " ";
  }
  text.resize(size);
  return text;
}

TEST_CASE("a line of a hundred megabytes is one document, and nothing of it is lost") {
  std::string name = (fs::temp_directory_path() / "assay-long-line-XXXXXX").string();
  const fs::path folder = mkdtemp(name.data());
  constexpr size_t kSize = 100'000'000;
  std::ofstream(folder / "in.txt") << "a line before\n" << long_line(kSize) << "\nand one after\n";
  const std::string tokenizer = ASSAY_SOURCE_DIR "/tests/golden/tokenizers/gpt2.json";
  const ProgramResult result = run_assay(
      {"prepare", (folder / "in.txt").string(), "--documents", "line", "--tokenizer", tokenizer,
       "--validation-share", "0", "--threads", "1", "--out", (folder / "out").string(), "--json"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  const auto summary = nlohmann::json::parse(result.out);
  CHECK(summary.at("documents") == 3);
  CHECK(summary.at("text_bytes") == kSize + 13 + 13);
  CHECK(summary.at("invalid_sequences") == 0);
  fs::remove_all(folder);
}

}  // namespace
