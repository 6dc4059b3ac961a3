#include "audit/claims/claim_reader.h"
#include "foreign_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return assay::read_foreign_bytes(data, size, [](std::string_view text) {
    static_cast<void>(assay::audit::read_claim(text, "fuzz.toml"));
  });
}
