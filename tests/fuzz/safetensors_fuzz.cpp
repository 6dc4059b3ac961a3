#include "bytes_file.h"
#include "foreign_bytes.h"
#include "formats/safetensors_reader.h"

// Every byte that an accepted file offers must be there to read.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return assay::read_foreign_bytes(data, size, [](std::string_view bytes) {
    const BytesFile file(bytes);
    const assay::SafetensorsReader reader(file.path());
    volatile unsigned sum = 0;
    for (const assay::TensorView& tensor : reader.tensors()) {
      for (const std::byte byte : tensor.data) sum = sum + std::to_integer<unsigned>(byte);
      if (!reader.contains(tensor.name)) __builtin_trap();
    }
  });
}
