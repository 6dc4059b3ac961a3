#include "text/prepare/document_pipeline.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <thread>

#include "error/error.h"
#include "formats/temporary_folder.h"
#include "text/byte_tokenizer.h"

namespace assay {
namespace {

// Bytes, with a count of the texts that were encoded.
class CountingTokenizer : public Tokenizer {
 public:
  [[nodiscard]] std::string_view id() const override { return "counting"; }
  [[nodiscard]] uint64_t vocab_size() const override { return 256; }
  [[nodiscard]] std::vector<uint32_t> encode(std::string_view text) const override {
    ++num_texts;
    return ByteTokenizer().encode(text);
  }
  [[nodiscard]] std::string decode(std::span<const int64_t> tokens) const override {
    return ByteTokenizer().decode(tokens);
  }
  mutable std::atomic<uint64_t> num_texts = 0;
};

void write_input(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

// What a pipeline gives up to its end or its error.
struct Encoded {
  std::vector<uint32_t> tokens;
  std::vector<uint64_t> sizes;
  std::string digest;
  std::string error;
};

Encoded encode_file(const std::vector<std::filesystem::path>& files, const EncodingRules& rules,
                    unsigned threads) {
  DocumentReader reader(files, rules.unit);
  const CountingTokenizer tokenizer;
  DocumentPipeline pipeline(reader, {}, rules, tokenizer, threads);
  Encoded all;
  try {
    while (const auto batch = pipeline.next()) {
      all.tokens.insert(all.tokens.end(), batch->tokens.begin(), batch->tokens.end());
      for (const auto& document : batch->documents) all.sizes.push_back(document.num_tokens);
      all.digest = batch->digest;
    }
  } catch (const DataError& error) {
    all.error = error.what();
  }
  return all;
}

}  // namespace

TEST_CASE("documents come out of the pipeline in their order, whatever the number of threads") {
  const TemporaryFolder folder;
  std::string text;
  std::string expected;
  for (int i = 0; i < 40'000; ++i) {
    // Now and then a long one, so that later batches are ready before earlier ones.
    const std::string line = i % 5000 == 7 ? std::string(900'000, 'l') : std::to_string(i * 77);
    text += line + "\n";
    expected += line;
  }
  write_input(folder.path() / "in.txt", text);
  const EncodingRules rules{.unit = DocumentUnit::kLine};
  const Encoded one = encode_file({folder.path() / "in.txt"}, rules, 1);
  CHECK(std::string(one.tokens.begin(), one.tokens.end()) == expected);
  CHECK(one.sizes.size() == 40'000);
  for (const unsigned threads : {2U, 5U}) {
    const Encoded many = encode_file({folder.path() / "in.txt"}, rules, threads);
    CHECK(many.tokens == one.tokens);
    CHECK(many.sizes == one.sizes);
    CHECK(many.digest == one.digest);
  }
}

TEST_CASE("the first error of the corpus is told, after the documents before it") {
  const TemporaryFolder folder;
  const EncodingRules rules{.unit = DocumentUnit::kJsonLine, .field = "text"};
  std::string good;
  for (int i = 0; i < 10'000; ++i) good += "{\"text\": \"a\"}\n";
  write_input(folder.path() / "good", good);
  write_input(folder.path() / "broken", "{\"text\": \"a\"}\n{\"text\": 3}\n");
  write_input(folder.path() / "cut.gz", "\x1F\x8B\x08");
  for (const unsigned threads : {1U, 3U}) {
    CAPTURE(threads);
    // The reader meets the cut file before anybody encodes the broken line.
    const Encoded line =
        encode_file({folder.path() / "broken", folder.path() / "cut.gz"}, rules, threads);
    CHECK(line.error.find("broken:2:1: no object") != std::string::npos);
    const Encoded cut =
        encode_file({folder.path() / "good", folder.path() / "cut.gz"}, rules, threads);
    CHECK(cut.error.find("gzip file is cut off") != std::string::npos);
    CHECK(cut.sizes.size() == 10'000);
  }
}

TEST_CASE("a pipeline reads ahead as far as it may and no farther, and can be left") {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "a\n";
  write_input(folder.path() / "in.txt", text);
  DocumentReader reader({folder.path() / "in.txt"}, DocumentUnit::kLine);
  const CountingTokenizer tokenizer;
  const EncodingRules rules{.unit = DocumentUnit::kLine};
  {
    DocumentPipeline pipeline(reader, {}, rules, tokenizer, 2);
    const auto batch = pipeline.next();
    REQUIRE(batch);
    const uint64_t bound = 5 * batch->documents.size();  // one was taken, two and two may wait
    while (tokenizer.num_texts < bound) std::this_thread::yield();
    REQUIRE(pipeline.next());
  }
  CHECK(tokenizer.num_texts <= 6 * 4096);
  CHECK(tokenizer.num_texts < 200'000);
}

TEST_CASE("a corpus of nothing ends at once") {
  const TemporaryFolder folder;
  write_input(folder.path() / "in.txt", "");
  for (const unsigned threads : {1U, 2U}) {
    const Encoded none =
        encode_file({folder.path() / "in.txt"}, {.unit = DocumentUnit::kLine}, threads);
    CHECK(none.sizes.empty());
    CHECK(none.error.empty());
  }
}

}  // namespace assay
