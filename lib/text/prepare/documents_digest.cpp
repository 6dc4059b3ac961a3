#include "text/prepare/documents_digest.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <cstdint>

namespace assay {

DocumentsDigest::DocumentsDigest()
    : state_(XXH3_createState(), [](XXH3_state_s* state) { XXH3_freeState(state); }) {
  XXH3_64bits_reset(state_.get());
}

void DocumentsDigest::add(std::string_view document) {
  const uint64_t size = document.size();
  XXH3_64bits_update(state_.get(), &size, sizeof(size));
  XXH3_64bits_update(state_.get(), document.data(), document.size());
}

std::string DocumentsDigest::hex() const {
  return fmt::format("{:016x}", XXH3_64bits_digest(state_.get()));
}

}  // namespace assay
