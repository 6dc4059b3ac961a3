#include "bytes_file.h"

#include "error/error.h"
#include "specs/hf_config.h"

// A config.json ends in a spec's table or in a DataError, whatever is in it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const BytesFile file(data, size);
  try {
    (void)assay::read_hf_config(file.path());
  } catch (const assay::DataError&) {
  }
  return 0;
}
