#include "foreign_bytes.h"
#include "text/bpe/bpe_tokenizer.h"

// A tokenizer.json, and where it is taken some text through it and back.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return assay::read_foreign_bytes(data, size, [](std::string_view text) {
    const auto tokenizer = assay::BpeTokenizer::parse(text, "fuzz");
    const auto tokens = tokenizer->encode("It's 1234 \xE6\x97\xA5\xE6\x9C\xAC\n\n  <|x|>\xFF");
    static_cast<void>(tokenizer->decode(std::vector<int64_t>(tokens.begin(), tokens.end())));
  });
}
