#include "text/prepare/preparation.h"

#include <zlib.h>
#include <zstd.h>

#include <catch2/catch.hpp>

#include "error/error.h"
#include "formats/document_starts.h"
#include "formats/temporary_folder.h"
#include "formats/token_shard_reader.h"
#include "prepare_all.h"
#include "text/load_tokenizer.h"
#include "text/prepare/corpus_manifest.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;

std::string gzipped(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd_of(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

// The text of all training shards, a | before each document.
std::string training_text(const std::filesystem::path& folder) {
  std::string text;
  for (const std::filesystem::path& path : read_corpus_manifest(folder).train) {
    const TokenShardReader shard(path);
    const DocumentStarts starts(document_starts_path(path), shard.num_tokens());
    std::vector<int64_t> tokens(shard.num_tokens());
    shard.copy(0, tokens);
    size_t next = 0;
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (next < starts.starts().size() && starts.starts()[next] == i) {
        text += '|';
        ++next;
      }
      text += static_cast<char>(tokens[i]);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("plain, gzip and zstd files of a folder become documents in the order of their names") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "in/deep");
  write_bytes(folder.path() / "in/a.txt", "first");
  write_bytes(folder.path() / "in/b.gz", gzipped("second, ") + gzipped("of two members"));
  write_bytes(folder.path() / "in/c.zst", zstd_of("third"));
  write_bytes(folder.path() / "in/deep/d.txt", "");
  const PreparationResult result =
      prepare_all({.inputs = {folder.path() / "in"}, .folder = folder.path() / "out"});
  CHECK(training_text(folder.path() / "out") == "|first|second, of two members|third");
  CHECK(result.state.empty_documents == 1);
  CHECK(result.files.size() == 4);
  CHECK(result.state.train.tokens == 32);
  CHECK(result.state.train.text_bytes == 32);
}

TEST_CASE("a document is a file, a line, what empty lines part, or a line of JSON") {
  const TemporaryFolder folder;
  const auto text_of = [&](DocumentUnit unit, std::string_view content) {
    write_bytes(folder.path() / "in.txt", content);
    std::filesystem::remove_all(folder.path() / "out");
    prepare_all({.inputs = {folder.path() / "in.txt"},
                 .folder = folder.path() / "out",
                 .rules = {.unit = unit, .field = "body"}});
    return training_text(folder.path() / "out");
  };
  CHECK(text_of(DocumentUnit::kFile, "a\n\nb\n") == "|a\n\nb\n");
  CHECK(text_of(DocumentUnit::kLine, "a\n\nb\nc") == "|a|b|c");
  CHECK(text_of(DocumentUnit::kBlankLine, "\n\na\nb\n\n\n\nc\n") == "|a\nb|c");
  CHECK(text_of(DocumentUnit::kJsonLine,
                "{\"body\":\"x\\ny\",\"id\":1}\n\n{\"body\":\"\"}\n{\"body\":\"z\"}") == "|x\ny|z");
}

TEST_CASE("special tokens stand before and after each document") {
  const TemporaryFolder folder;
  write_bytes(folder.path() / "in.txt", "a\nb");
  prepare_all({.inputs = {folder.path() / "in.txt"},
               .folder = folder.path() / "out",
               .rules = {.unit = DocumentUnit::kLine, .bos = '<', .eos = '>'}});
  CHECK(training_text(folder.path() / "out") == "|<a>|<b>");
}

TEST_CASE("shards do not depend on the number of threads") {
  const TemporaryFolder folder;
  std::string text;
  for (int64_t i = 0; i < 50'000; ++i) text += "line " + std::to_string(i * i) + " of many\n";
  write_bytes(folder.path() / "in.txt", text);
  const auto prepare_with = [&](unsigned threads) {
    const auto out = folder.path() / std::to_string(threads);
    prepare_all({.inputs = {folder.path() / "in.txt"},
                 .folder = out,
                 .rules = {.unit = DocumentUnit::kLine},
                 .validation_share = 0.1,
                 .shard_tokens = 300'000,
                 .threads = threads});
    return read_corpus_manifest(out);
  };
  const PreparedCorpus one = prepare_with(1);
  CHECK(one.shard_sha256 == prepare_with(3).shard_sha256);
  CHECK(one.train.size() > 1);
  CHECK(one.train_tokens + one.validation_tokens == text.size() - 50'000);
  CHECK(static_cast<double>(one.validation_tokens) / static_cast<double>(text.size()) ==
        Approx(0.1).margin(0.01));
}

TEST_CASE("shards do not go where they would be read as text") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "in");
  write_bytes(folder.path() / "in/a.txt", "text");
  const auto into = [&](const std::filesystem::path& out) {
    prepare_all({.inputs = {folder.path() / "in"}, .folder = out});
  };
  CHECK_THROWS_AS(into(folder.path() / "in"), ConfigError);
  CHECK_THROWS_AS(into(folder.path() / "other/../in/out"), ConfigError);
  CHECK_THROWS_AS(into(std::filesystem::relative(folder.path() / "in/absent/out")), ConfigError);
  CHECK_NOTHROW(into(folder.path() / "inside"));
}

TEST_CASE("broken inputs are refused with their place") {
  const TemporaryFolder folder;
  const auto message = [&](std::string_view content, EncodingRules rules) {
    write_bytes(folder.path() / "in", content);
    return refusal_of({.inputs = {folder.path() / "in"},
                       .folder = folder.path() / "out",
                       .rules = std::move(rules)});
  };
  const std::string gz = gzipped(std::string(5000, 'a') + "b");
  CHECK_THAT(message(gz.substr(0, gz.size() - 9), {}), Contains("gzip file is cut off"));
  const std::string zst = zstd_of("some text that is long enough to be cut");
  CHECK_THAT(message(zst.substr(0, zst.size() - 3), {}), Contains("zstd file is cut off"));
  CHECK_THAT(message("\x1F\x8B\x08garbage........", {}), Contains("gzip file is"));
  const EncodingRules json{.unit = DocumentUnit::kJsonLine, .field = "text"};
  CHECK_THAT(message("{\"text\":\"a\"}\n{\"text\":", json), Contains("in:2:"));
  CHECK_THAT(message(std::string_view("{\"text\":\"a\"}\0{\"text\":\"b\"}\n", 26), json),
             Contains("in:1:13: no JSON: a zero byte"));
  CHECK_THAT(message("{\"other\":\"a\"}", json),
             Contains("in:1:1: no object with a string \"text\""));
  CHECK_THAT(message("a\xFF", {.refuses_invalid = true}), Contains("not UTF-8 at byte 1"));
  CHECK_THAT(message("", {}), Contains("no document gave a training token"));
  CHECK_THAT(refusal_of({.inputs = {"/no/such"}, .folder = folder.path() / "out"}),
             Contains("neither a file nor a folder: /no/such"));
}

TEST_CASE("invalid UTF-8 is counted; bytes keep it and other tokenizers replace it") {
  const TemporaryFolder folder;
  const std::string content("a\xFFz\0", 4);
  write_bytes(folder.path() / "in.txt", content);
  const auto bytes =
      prepare_all({.inputs = {folder.path() / "in.txt"}, .folder = folder.path() / "bytes"});
  CHECK(bytes.state.invalid_sequences == 1);
  CHECK(training_text(folder.path() / "bytes") == "|" + content);
  const auto tokenizer = load_tokenizer(ASSAY_SOURCE_DIR "/tests/golden/tokenizers/gpt2.json");
  const auto bpe = prepare_all(
      {.inputs = {folder.path() / "in.txt"}, .folder = folder.path() / "bpe"}, *tokenizer);
  CHECK(bpe.state.invalid_sequences == 1);
  const TokenShardReader shard(folder.path() / "bpe/train-00000.tok");
  std::vector<int64_t> tokens(shard.num_tokens());
  shard.copy(0, tokens);
  CHECK(tokenizer->decode(tokens) == std::string("a\xEF\xBF\xBDz\0", 6));
}

TEST_CASE("a manifest that names other shards is refused") {
  const TemporaryFolder folder;
  write_bytes(folder.path() / "in.txt", "text");
  prepare_all({.inputs = {folder.path() / "in.txt"}, .folder = folder.path() / "a"});
  write_bytes(folder.path() / "in.txt", "other text");
  prepare_all({.inputs = {folder.path() / "in.txt"}, .folder = folder.path() / "b"});
  std::filesystem::copy_file(folder.path() / "a/train-00000.tok",
                             folder.path() / "b/train-00000.tok",
                             std::filesystem::copy_options::overwrite_existing);
  CHECK_THROWS_AS(read_corpus_manifest(folder.path() / "b"), DataError);
  CHECK_THROWS_AS(read_corpus_manifest(folder.path() / "none"), DataError);
}

}  // namespace assay
