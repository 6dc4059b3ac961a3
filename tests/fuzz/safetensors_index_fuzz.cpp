#include "bytes_file.h"
#include "foreign_bytes.h"
#include "formats/safetensors_index.h"

// No accepted index names a file outside of its folder, or none.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return assay::read_foreign_bytes(data, size, [](std::string_view text) {
    const BytesFile file(text);
    const assay::SafetensorsIndex index = assay::read_safetensors_index(file.path());
    for (const auto& [tensor, name] : index.file_of) {
      if (name.empty() || name.find('/') != std::string::npos || name == "..") __builtin_trap();
    }
  });
}
