#include "prepare_all.h"

#include <fstream>

#include "error/error.h"

namespace assay {

void write_bytes(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

PreparationResult prepare_all(const PreparationOptions& options, const Tokenizer& tokenizer) {
  return prepare_documents(options, tokenizer, [](const PreparationState&) {});
}

std::string refusal_of(const PreparationOptions& options) {
  try {
    prepare_all(options);
  } catch (const DataError& error) {
    return error.what();
  }
  return "taken";
}

}  // namespace assay
