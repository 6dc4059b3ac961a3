#include <algorithm>
#include <vector>

#include "bytes_file.h"
#include "foreign_bytes.h"
#include "formats/token_shard_reader.h"

// A shard that verify() accepts gives tokens inside its vocabulary.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return assay::read_foreign_bytes(data, size, [](std::string_view bytes) {
    const BytesFile file(bytes);
    const assay::TokenShardReader reader(file.path());
    reader.verify();
    std::vector<int64_t> tokens(std::min<uint64_t>(reader.num_tokens(), 1024));
    reader.copy(0, tokens);
    for (const int64_t token : tokens) {
      if (token < 0 || static_cast<uint64_t>(token) >= reader.vocab_size()) __builtin_trap();
    }
  });
}
