#include <algorithm>
#include <vector>

#include "bytes_file.h"

#include "error/error.h"
#include "formats/token_shard_reader.h"

// A shard that verify() accepts gives tokens inside its vocabulary.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const BytesFile file(data, size);
  try {
    const assay::TokenShardReader reader(file.path());
    std::vector<int64_t> tokens(std::min<uint64_t>(reader.num_tokens(), 1024));
    reader.verify();
    reader.copy(0, tokens);
    for (const int64_t token : tokens) {
      if (token < 0 || static_cast<uint64_t>(token) >= reader.vocab_size()) abort();
    }
  } catch (const assay::DataError&) {
  }
  return 0;
}
