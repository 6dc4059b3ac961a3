#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "specs/decoder_sizes.h"
#include "specs/rope_scaling.h"

namespace assay {

/// Builds the Hugging Face config.json of a model, the inverse of HfReader. Every key that shapes
/// or mathematics depend on is written, defaults too; what only training needs is not. Tokens with
/// a special meaning are null: the weights know none.
class HfWriter {
 public:
  /// `dtype` as config.json names it: "float32", "bfloat16" or "float16".
  HfWriter(std::string_view model_type, std::string_view architecture, std::string_view dtype);

  template <class T>
  HfWriter& set(const char* key, const T& value) {
    keys_[key] = value;
    return *this;
  }
  /// The keys of DecoderSizes under the names that Llama's relatives share, without rope.
  HfWriter& sizes(const DecoderSizes& sizes);
  /// rope_theta and rope_scaling, which transformers 4 and 5 read.
  HfWriter& rope(double theta, const std::optional<RopeScaling>& scaling);

  /// The file's text.
  [[nodiscard]] std::string text() const;

 private:
  nlohmann::ordered_json keys_;
};

}  // namespace assay
