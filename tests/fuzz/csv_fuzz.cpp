#include "foreign_bytes.h"
#include "formats/csv_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return assay::read_foreign_bytes(data, size, [](std::string_view text) {
    static_cast<void>(assay::read_csv(text, "fuzz.csv"));
  });
}
