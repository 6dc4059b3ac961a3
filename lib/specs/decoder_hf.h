#pragma once

#include <cstdint>
#include <optional>

#include "specs/hf_reader.h"

namespace assay::specs {

/// What transformers takes for keys that config.json leaves out, where its models differ; without a
/// number of key heads it is that of the queries, without a width of heads an equal share. Some of
/// its models take a null for the same.
struct HfDecoderDefaults {
  double norm_eps = 1e-6;
  std::optional<int64_t> num_kv_heads = std::nullopt;
  std::optional<int64_t> d_head = std::nullopt;
  bool null_kv_heads = false;
  bool null_head_dim = false;
};

/// Reads the keys of DecoderSizes under the names that Hugging Face's relatives of Llama share.
/// Leaves rotary positions to the family (HfReader::rope).
void read_decoder_sizes(HfReader& read, const HfDecoderDefaults& defaults = {});

/// sliding_window and its companions, where every layer must look at all keys.
void require_no_window(HfReader& read);

}  // namespace assay::specs
