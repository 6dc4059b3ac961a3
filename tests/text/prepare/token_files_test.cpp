#include "text/prepare/token_files.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "error/error.h"
#include "formats/document_starts.h"
#include "formats/temporary_folder.h"
#include "formats/token_shard_reader.h"
#include "text/byte_tokenizer.h"
#include "text/prepare/corpus_manifest.h"

namespace assay {
namespace {

void write_bin(const std::filesystem::path& path, TokenBinKind kind, std::string_view text) {
  TokenBinWriter writer(path, kind, 256);
  writer.append(ByteTokenizer().encode(text));
  writer.commit();
}

std::string text_of_bin(const std::filesystem::path& path, TokenBinKind kind) {
  const TokenBinReader reader(path, kind);
  std::string text;
  for (const uint32_t token : reader.read(0, reader.num_tokens(), 256)) {
    text += static_cast<char>(token);
  }
  return text;
}

}  // namespace

TEST_CASE("token files of nanoGPT and llm.c become a corpus and come back") {
  const TemporaryFolder folder;
  for (const TokenBinKind kind : {TokenBinKind::kNanoGpt, TokenBinKind::kLlmC}) {
    write_bin(folder / "a.bin", kind, "one.two.three");
    write_bin(folder / "b.bin", kind, "four.");
    std::filesystem::remove_all(folder / "corpus");
    const PreparationResult result = import_tokens({.files = {folder / "a.bin", folder / "b.bin"},
                                                    .kind = kind,
                                                    .folder = folder / "corpus",
                                                    .end_of_document = '.'},
                                                   ByteTokenizer());
    CHECK(result.state.train.documents == 4);
    CHECK(result.state.train.text_bytes == 18);
    const PreparedCorpus corpus = read_corpus_manifest(folder / "corpus");
    REQUIRE(corpus.train.size() == 2);
    const DocumentStarts starts(document_starts_path(corpus.train[0]), 13);
    CHECK(std::vector<uint64_t>(starts.starts().begin(), starts.starts().end()) ==
          std::vector<uint64_t>{0, 4, 8});
    const auto files = export_tokens(folder / "corpus", kind, folder / "out");
    CHECK(files.size() == 1);
    CHECK(text_of_bin(folder / "out/train.bin", kind) == "one.two.threefour.");
  }
}

TEST_CASE("a file for validation becomes all of it, and no other does") {
  const TemporaryFolder folder;
  write_bin(folder / "train.bin", TokenBinKind::kNanoGpt, "one.two.three");
  write_bin(folder / "val.bin", TokenBinKind::kNanoGpt, "four.");
  const PreparationResult result = import_tokens({.files = {folder / "train.bin"},
                                                  .validation = {folder / "val.bin"},
                                                  .kind = TokenBinKind::kNanoGpt,
                                                  .folder = folder / "corpus",
                                                  .end_of_document = '.'},
                                                 ByteTokenizer());
  CHECK(result.state.train.tokens == 13);
  CHECK(result.state.validation.tokens == 5);
  const auto files = export_tokens(folder / "corpus", TokenBinKind::kNanoGpt, folder / "out");
  REQUIRE(files.size() == 2);
  CHECK(text_of_bin(files[1], TokenBinKind::kNanoGpt) == "four.");
}

TEST_CASE("validation that was asked for and came to nothing is an error") {
  const TemporaryFolder folder;
  write_bin(folder / "a.bin", TokenBinKind::kNanoGpt, "one document");
  CHECK_THROWS_WITH(import_tokens({.files = {folder / "a.bin"},
                                   .kind = TokenBinKind::kNanoGpt,
                                   .folder = folder / "corpus",
                                   .validation_share = 1e-9},
                                  ByteTokenizer()),
                    Catch::Matchers::Contains("no document fell to validation"));
}

TEST_CASE("a token outside of the vocabulary is refused on import") {
  const TemporaryFolder folder;
  TokenBinWriter writer(folder / "a.bin", TokenBinKind::kNanoGpt, 65536);
  writer.append(std::vector<uint32_t>{1, 256});
  writer.commit();
  CHECK_THROWS_AS(import_tokens({.files = {folder / "a.bin"},
                                 .kind = TokenBinKind::kNanoGpt,
                                 .folder = folder / "corpus"},
                                ByteTokenizer()),
                  DataError);
}

}  // namespace assay
