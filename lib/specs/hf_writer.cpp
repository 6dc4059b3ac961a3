#include "specs/hf_writer.h"

namespace assay {

HfWriter::HfWriter(std::string_view model_type, std::string_view architecture,
                   std::string_view dtype)
    : keys_{{"architectures", {std::string(architecture)}},
            {"model_type", std::string(model_type)},
            {"torch_dtype", std::string(dtype)},
            {"bos_token_id", nullptr},
            {"eos_token_id", nullptr},
            {"pad_token_id", nullptr}} {}

HfWriter& HfWriter::sizes(const DecoderSizes& sizes) {
  return set("hidden_size", sizes.d_model)
      .set("num_hidden_layers", sizes.num_layers)
      .set("num_attention_heads", sizes.num_heads)
      .set("num_key_value_heads", sizes.num_kv_heads)
      .set("head_dim", sizes.d_head)
      .set("vocab_size", sizes.vocab_size)
      .set("max_position_embeddings", sizes.max_seq_len)
      .set("tie_word_embeddings", sizes.tie_embeddings)
      .set("rms_norm_eps", sizes.norm_eps)
      .set("initializer_range", sizes.init_std)
      .set("hidden_act", "silu");
}

HfWriter& HfWriter::rope(double theta, const std::optional<RopeScaling>& scaling) {
  set("rope_theta", theta);
  if (!scaling) return set("rope_scaling", nullptr);
  nlohmann::ordered_json stretch{
      {"rope_type", scaling->type},
      {"factor", scaling->factor},
      {"original_max_position_embeddings", scaling->original_max_seq_len}};
  const auto add = [&](const char* key, const std::optional<double>& value) {
    if (value) stretch[key] = *value;
  };
  add("low_freq_factor", scaling->low_freq_factor);
  add("high_freq_factor", scaling->high_freq_factor);
  add("beta_fast", scaling->beta_fast);
  add("beta_slow", scaling->beta_slow);
  add("mscale", scaling->mscale);
  add("mscale_all_dim", scaling->mscale_all_dim);
  add("attention_factor", scaling->attention_factor);
  if (scaling->type == "yarn") stretch["truncate"] = scaling->truncate;
  return set("rope_scaling", stretch);
}

std::string HfWriter::text() const { return keys_.dump(2) + "\n"; }

}  // namespace assay
