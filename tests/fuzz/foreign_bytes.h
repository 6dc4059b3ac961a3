#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "error/error.h"

namespace assay {

/// Calls `read` with a fuzzer's bytes as text. A reader may refuse bytes with one of our errors
/// that blames the file; anything else (InternalError, std::exception, a crash) is a finding.
template <class Read>
int read_foreign_bytes(const uint8_t* data, size_t size, Read read) {
  try {
    read(std::string_view(reinterpret_cast<const char*>(data), size));
  } catch (const DataError&) {
  } catch (const ConfigError&) {
  }
  return 0;
}

}  // namespace assay
