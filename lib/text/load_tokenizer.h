#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "text/tokenizer.h"

namespace assay {

/// The tokenizer that `name` names: "bytes", or a file. What files there are is in
/// docs/tokenizers.md. Throws: DataError where the file is missing, corrupt or of another kind.
std::shared_ptr<const Tokenizer> load_tokenizer(const std::string& name);

/// The file that load_tokenizer() reads of `name`; empty for "bytes".
std::filesystem::path tokenizer_file(const std::string& name);

/// What is wrong where a model of `model_vocab_size` tokens has no place for a token of
/// `tokenizer`; nothing where it has one for each.
std::optional<std::string> vocabulary_mismatch(const Tokenizer& tokenizer,
                                               uint64_t model_vocab_size);

/// That weights of so many tokens may be of `tokenizer`: a place for each token, and no more left
/// over than vocabularies are padded by for the sake of matrix products (1,024). Throws: DataError
/// that names `weights`, where they lie, and ends with `advice`.
void require_vocabulary(const Tokenizer& tokenizer, uint64_t model_vocab_size,
                        const std::string& weights, std::string_view advice = {});

}  // namespace assay
