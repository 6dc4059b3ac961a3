#pragma once

#include "specs/hf_config.h"

namespace assay::specs {

/// Reads the keys of DecoderSizes under the names that Hugging Face's relatives of Llama share,
/// d_head from head_dim, else hidden_size / num_attention_heads. Leaves rotary positions to the
/// family (HfReader::rope).
void read_decoder_sizes(HfReader& read);

/// sliding_window and its companions, where every layer must look at all keys.
void require_no_window(HfReader& read);

}  // namespace assay::specs
