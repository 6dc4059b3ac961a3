#include "bytes_file.h"
#include "foreign_bytes.h"
#include "specs/hf_config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return assay::read_foreign_bytes(data, size, [](std::string_view text) {
    const BytesFile file(text);
    static_cast<void>(assay::read_hf_config(file.path()));
  });
}
