#include "specs/decoder_hf.h"

namespace assay::specs {

void read_decoder_sizes(HfReader& read, const HfDecoderDefaults& defaults) {
  const int64_t d_model = read.integer("hidden_size", "d_model");
  read.integer("num_hidden_layers", "num_layers");
  const int64_t num_heads = read.integer("num_attention_heads", "num_heads");
  // null is no absence: it asks for what follows from the other sizes.
  const auto initial = [&](std::string_view key, std::optional<int64_t> own, int64_t derived) {
    return read.has_null(key) ? derived : own.value_or(derived);
  };
  read.integer("num_key_value_heads", "num_kv_heads",
               initial("num_key_value_heads", defaults.num_kv_heads, num_heads));
  read.integer("head_dim", "d_head",
               initial("head_dim", defaults.d_head, num_heads > 0 ? d_model / num_heads : 0));
  read.integer("vocab_size", "vocab_size");
  read.integer("max_position_embeddings", "max_seq_len");
  read.boolean("tie_word_embeddings", "tie_embeddings", false);
  read.number("rms_norm_eps", "norm_eps", defaults.norm_eps);
  read.number("initializer_range", "init_std", 0.02);
  read.must_be("hidden_act", "silu");
  read.ignore({"attention_dropout", "pretraining_tp"});
}

void require_no_window(HfReader& read) {
  read.must_be("use_sliding_window", false);
  read.every_layer_must_be("full_attention");
  // Without use_sliding_window neither of the two acts.
  read.ignore({"sliding_window", "max_window_layers"});
}

}  // namespace assay::specs
