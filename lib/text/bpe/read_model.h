#pragma once

#include "text/bpe/json_place.h"
#include "text/bpe/tokenizer_json.h"

namespace assay {

/// Reads /model: a BPE over bytes. Throws: DataError where it is of another kind, a merge's tokens
/// are not in the vocabulary, two tokens have one number, or a byte of UTF-8 has no token.
void read_bpe_model(const JsonPlace& place, TokenizerJson& tokenizer);

}  // namespace assay
