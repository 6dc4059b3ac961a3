#pragma once

#include "text/bpe/json_place.h"
#include "text/bpe/tokenizer_json.h"

namespace assay {

/// Reads /normalizer: NFC, or a Sequence of it. Throws: DataError.
void read_normalizer(const JsonPlace& place, TokenizerJson& tokenizer);

/// Reads /pre_tokenizer: Split, Digits and, last, ByteLevel. Throws: DataError.
void read_pre_tokenizer(const JsonPlace& place, TokenizerJson& tokenizer);

/// Reads /decoder: ByteLevel. Throws: DataError.
void read_decoder(const JsonPlace& place);

/// Reads /post_processor: ByteLevel, TemplateProcessing, or a Sequence of them; what a template
/// puts around one text becomes special_tokens. Throws: DataError.
void read_post_processor(const JsonPlace& place, TokenizerJson& tokenizer);

}  // namespace assay
