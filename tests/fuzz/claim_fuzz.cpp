#include <string_view>

#include <cstddef>
#include <cstdint>

#include "audit/claim_reader.h"
#include "error/error.h"

// A claim file ends in a claim or in a DataError, whatever is in it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    (void)assay::audit::read_claim({reinterpret_cast<const char*>(data), size}, "fuzz.toml");
  } catch (const assay::DataError&) {
  }
  return 0;
}
