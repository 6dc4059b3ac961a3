#include "text/sentencepiece_tokenizer.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "error/error.h"
#include "formats/temporary_folder.h"
#include "text/load_tokenizer.h"
#include "text/token_stream.h"

namespace assay {
namespace {

std::shared_ptr<const Tokenizer> trained(const TemporaryFolder& folder,
                                         const std::string& algorithm) {
  const auto model = folder.path() / (algorithm + ".model");
  train_sentencepiece({.text = ASSAY_SOURCE_DIR "/README.md",
                       .model = model,
                       .vocab_size = 600,
                       .algorithm = algorithm});
  return load_tokenizer(model.string());
}

}  // namespace

TEST_CASE("a sentencepiece model is trained and gives its text back") {
  const TemporaryFolder folder;
  for (const char* algorithm : {"bpe", "unigram"}) {
    const auto tokenizer = trained(folder, algorithm);
    CHECK(tokenizer->vocab_size() == 600);
    for (const std::string text :
         {"Assay tests what training costs.", "\xE6\x97\xA5\xE6\x9C\xAC", "a b  c"}) {
      const std::vector<uint32_t> tokens = tokenizer->encode(text);
      const std::vector<int64_t> wide(tokens.begin(), tokens.end());
      // The default normalization makes one space of several.
      CHECK(tokenizer->decode(wide) == (text == "a b  c" ? "a b c" : text));
      TokenStream stream(*tokenizer);
      std::string streamed;
      for (const int64_t token : wide) streamed += stream.push(token);
      CHECK(streamed + stream.finish() == " " + tokenizer->decode(wide));
    }
  }
}

TEST_CASE("a sentencepiece model has its special tokens and its digest") {
  const TemporaryFolder folder;
  const auto tokenizer = trained(folder, "bpe");
  CHECK(tokenizer->special_tokens().bos == tokenizer->special_token("<s>"));
  CHECK(tokenizer->special_tokens().eos == tokenizer->special_token("</s>"));
  CHECK(tokenizer->special_tokens().eos.has_value());
  CHECK_FALSE(tokenizer->special_token("training").has_value());
  CHECK(tokenizer->id() == "sentencepiece-" + std::string(tokenizer->sha256().substr(0, 32)));
  CHECK_THROWS_AS(tokenizer->decode(std::vector<int64_t>{600}), DataError);
}

TEST_CASE("a file that is no sentencepiece model is refused") {
  CHECK_THROWS_AS(SentencePieceTokenizer::parse("", "m"), DataError);
  CHECK_THROWS_AS(SentencePieceTokenizer::parse("no protobuf", "m"), DataError);
}

}  // namespace assay
