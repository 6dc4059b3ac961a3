#include "text/corpus.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "error/error.h"
#include "formats/temporary_folder.h"
#include "formats/token_shard_reader.h"
#include "text/byte_tokenizer.h"
#include "text/corpus_text.h"
#include "text/corpus_words.h"
#include "text/unigram_entropy.h"
#include "text/utf8.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::WithinAbs;

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

CorpusConfig text_config(const TemporaryFolder& folder) {
  return {.corpus = "text",
          .text_file = folder / "play.txt",
          .validation_share = 0.1,
          .prepared_folder = folder / "data"};
}

std::string text_of(const std::filesystem::path& shard) {
  const TokenShardReader reader(shard);
  std::vector<int64_t> tokens(reader.num_tokens());
  reader.copy(0, tokens);
  return ByteTokenizer().decode(tokens);
}

TEST_CASE("a text becomes two shards that join to the text") {
  const TemporaryFolder folder;
  write_text(folder / "play.txt", "To be, or not to be: that is the question.");
  const Corpus corpus = prepare_corpus(text_config(folder), ByteTokenizer());
  CHECK(corpus.name == "play.txt");
  CHECK(corpus.train_tokens == 37);
  CHECK(corpus.validation_tokens == 5);
  CHECK(text_of(corpus.train_shard()) + text_of(corpus.validation_shard()) ==
        "To be, or not to be: that is the question.");
  CHECK(corpus.bytes_per_token == 1.0);
  CHECK(CorpusWords::load(corpus.words_file()).contains("that"));
  TokenShardReader(corpus.train_shard()).expect("bytes-v1", 256);
}

TEST_CASE("a prepared corpus is used again until its source, split or shards change") {
  const TemporaryFolder folder;
  CorpusConfig config = text_config(folder);
  write_text(folder / "play.txt", "To be, or not to be: that is the question.");
  const Corpus first = prepare_corpus(config, ByteTokenizer());
  const auto written = [&] { return std::filesystem::last_write_time(first.train_shard()); };
  const auto long_ago = written() - std::chrono::hours(1);
  const auto is_made_again = [&] {
    std::filesystem::last_write_time(first.train_shard(), long_ago);
    static_cast<void>(prepare_corpus(config, ByteTokenizer()));
    return written() != long_ago;
  };
  CHECK_FALSE(is_made_again());
  write_text(folder / "play.txt", "To be, or not to be: that is the answer.");
  CHECK(is_made_again());
  config.validation_share = 0.2;
  CHECK(is_made_again());
  CHECK_FALSE(is_made_again());
  std::filesystem::resize_file(first.validation_shard(), 130);
  CHECK(is_made_again());
  std::filesystem::remove(first.words_file());
  CHECK(is_made_again());
  write_text(first.folder / "corpus.json", "{");
  CHECK(is_made_again());
}

TEST_CASE("the split never cuts a character") {
  const CorpusText text = split_text(
      "aaaa\xE2\x82\xAC"
      "bb",
      0.4, "x");
  CHECK(text.train == "aaaa\xE2\x82\xAC");
  CHECK(text.validation == "bb");
}

TEST_CASE("a text that is empty, missing or not UTF-8 is a data error") {
  const TemporaryFolder folder;
  const CorpusConfig config = text_config(folder);
  CHECK_THROWS_AS(prepare_corpus(config, ByteTokenizer()), DataError);
  write_text(folder / "play.txt", "");
  CHECK_THROWS_WITH(prepare_corpus(config, ByteTokenizer()), Contains("too small to split"));
  write_text(folder / "play.txt", "good \xFF bad");
  CHECK_THROWS_WITH(prepare_corpus(config, ByteTokenizer()), Contains("not UTF-8 at byte 5"));
}

TEST_CASE("a dictionary that is not installed is a data error with the package's name") {
  const TemporaryFolder folder;
  const CorpusConfig config{.dictionary_folder = folder / "none", .prepared_folder = folder / "d"};
  CHECK_THROWS_AS(prepare_corpus(config, ByteTokenizer()), DataError);
  CHECK_THROWS_WITH(prepare_corpus(config, ByteTokenizer()), Contains("dict-gcide"));
}

TEST_CASE("the installed dictionary has its last twentieth for validation") {
  if (!std::filesystem::exists("/usr/share/dictd/gcide.dict.dz")) {
    WARN("dict-gcide is not installed: not tested");
    return;
  }
  const TemporaryFolder folder;
  const Corpus corpus = prepare_corpus({.prepared_folder = folder / "data"}, ByteTokenizer());
  const std::string validation = text_of(corpus.validation_shard());
  CHECK(corpus.train_tokens > 30'000'000);
  CHECK(validation.ends_with("A brewery. [R.] [1913 Webster]\n\n"));
  CHECK(corpus.unigram_entropy_bits > 4.0);
  CHECK(corpus.unigram_entropy_bits < 5.5);
  const CorpusWords words = CorpusWords::load(corpus.words_file());
  CHECK(words.count_in("the animal is a large ox").known == 6);
  CHECK(words.count_in("qzxv wwkk the animal").known == 2);
}

TEST_CASE("text_file belongs to the text corpus and is needed there") {
  CHECK_THROWS_AS(check_config(CorpusConfig{.corpus = "text"}, {.name = "x"}), ConfigError);
  CHECK_THROWS_AS(check_config(CorpusConfig{.text_file = "a"}, {.name = "x"}), ConfigError);
  CHECK_NOTHROW(check_config(CorpusConfig{}, {.name = "x"}));
}

TEST_CASE("words are runs of letters between white space") {
  CHECK(words_of("(Bot.) The \\Ser\"po*let\\ 1.5 a--b\tEND") ==
        std::vector<std::string>{"bot", "the", "end"});
  CorpusWords words;
  words.add("an ox");
  CHECK(words.count_in("An ox, an owl!").words == 4);
  CHECK(words.count_in("An ox, an owl!").known == 3);
  CHECK(words.count_in("12 + 34").words == 0);
}

TEST_CASE("the share of a sample's words is told of samples long enough for one") {
  CHECK(to_text({.words = 20, .known = 13}) ==
        "65 % of the sample's words are words of the corpus (20 of letters alone)");
  for (const size_t few : {0, 3, 19}) {  // three words of gibberish that all happen to be known
    CHECK_THAT(to_text({.words = few, .known = few}),
               Catch::Contains("too few in the sample to tell: " + std::to_string(few)) &&
                   !Catch::Contains("%"));
  }
}

TEST_CASE("unigram entropy of even and of single tokens is log2 of their number") {
  CHECK_THAT(unigram_entropy_bits(std::vector<uint32_t>{0, 1, 2, 3}, 4), WithinAbs(2.0, 1e-12));
  CHECK_THAT(unigram_entropy_bits(std::vector<uint32_t>{3, 3, 3}, 4), WithinAbs(0.0, 1e-12));
  CHECK_THAT(unigram_entropy_bits(std::vector<uint32_t>{0, 0, 0, 1}, 2), WithinAbs(0.811278, 1e-6));
  CHECK(unigram_entropy_bits({}, 2) == 0.0);
}

TEST_CASE("UTF-8 is checked to the letter") {
  CHECK(valid_utf8_prefix("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80") == 10);
  for (const char* bad :
       {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xE2\x82", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3(", "\xE2\x82("}) {
    CHECK(valid_utf8_prefix(std::string("ab") + bad) == 2);
  }
}

}  // namespace
}  // namespace assay
