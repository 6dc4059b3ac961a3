#include "specs/decoder_hf.h"

namespace assay::specs {

void read_decoder_sizes(HfReader& read, const HfDecoderDefaults& defaults) {
  const int64_t d_model = read.integer("hidden_size", "d_model");
  read.integer("num_hidden_layers", "num_layers");
  const int64_t num_heads = read.integer("num_attention_heads", "num_heads");
  const auto size = [&](std::string_view key, std::string_view path, std::optional<int64_t> own,
                        int64_t derived, bool takes_null) {
    const int64_t initial = own.value_or(derived);
    if (takes_null) return read.integer_or_null(key, path, initial, derived);
    return read.integer(key, path, initial);
  };
  size("num_key_value_heads", "num_kv_heads", defaults.num_kv_heads, num_heads,
       defaults.null_kv_heads);
  size("head_dim", "d_head", defaults.d_head, num_heads > 0 ? d_model / num_heads : 0,
       defaults.null_head_dim);
  read.integer("vocab_size", "vocab_size");
  read.integer("max_position_embeddings", "max_seq_len");
  read.boolean("tie_word_embeddings", "tie_embeddings", false);
  read.number("rms_norm_eps", "norm_eps", defaults.norm_eps);
  read.number("initializer_range", "init_std", 0.02);
  read.must_be("hidden_act", "silu");
  read.note_dropout({"attention_dropout"});
  read.ignore({"pretraining_tp"});
}

void require_no_window(HfReader& read) {
  read.must_be("use_sliding_window", false);
  read.every_layer_must_be("full_attention");
  // Without use_sliding_window neither of the two acts.
  read.ignore({"sliding_window", "max_window_layers"});
}

}  // namespace assay::specs
