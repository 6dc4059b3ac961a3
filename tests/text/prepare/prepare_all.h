#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "text/byte_tokenizer.h"
#include "text/prepare/preparation.h"

namespace assay {

void write_bytes(const std::filesystem::path& path, std::string_view bytes);

/// prepare_documents to its end.
PreparationResult prepare_all(const PreparationOptions& options,
                              const Tokenizer& tokenizer = ByteTokenizer());

/// What a preparation of bytes is refused with; "taken" where it is not.
std::string refusal_of(const PreparationOptions& options);

}  // namespace assay
