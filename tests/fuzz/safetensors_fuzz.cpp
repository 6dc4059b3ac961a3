#include "bytes_file.h"

#include "error/error.h"
#include "formats/safetensors_reader.h"

// Every byte that an accepted file offers must be there to read.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const BytesFile file(data, size);
  try {
    const assay::SafetensorsReader reader(file.path());
    unsigned sum = 0;
    for (const assay::TensorView& tensor : reader.tensors()) {
      for (const std::byte byte : tensor.data) sum += std::to_integer<unsigned>(byte);
      if (!reader.contains(tensor.name)) abort();
    }
    volatile unsigned keep = sum;
    (void)keep;
  } catch (const assay::DataError&) {  // what a reader of foreign bytes may throw
  }
  return 0;
}
