#include "foreign_bytes.h"
#include "text/corpus_words.h"
#include "text/dict_index.h"
#include "text/gcide.h"
#include "text/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return assay::read_foreign_bytes(data, size, [](std::string_view text) {
    const std::string clean = assay::clean_entry(text);
    if (assay::clean_entry(clean).size() > clean.size()) __builtin_trap();
    if (assay::valid_utf8_prefix(text) > text.size()) __builtin_trap();
    static_cast<void>(assay::words_of(text));
    static_cast<void>(assay::parse_dict_index(text, "fuzz.index"));
  });
}
