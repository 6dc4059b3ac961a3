#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/language_model.h"

namespace assay {

class SafetensorsSet;

/// Says whether a file has a tensor of this name.
using HfContains = std::function<bool(std::string_view)>;

/// One Hugging Face tensor and the part of our parameter that it fills.
struct HfPiece {
  std::string hf_name;
  bool transposed = false;        ///< stored [in, out] (GPT-2's Conv1D) or [E, in, out]
  std::optional<int64_t> expert;  ///< index into the first dimension of a stacked parameter
  int64_t row_dim = 0;            ///< the dimension of the rows, 1 where experts are stacked
  int64_t row_begin = 0;
  std::optional<int64_t> num_rows;  ///< all where absent
  int64_t source_begin = 0;         ///< first row of theirs that is taken
  int64_t source_step = 1;          ///< and each this many rows after it
};

/// One of our parameters or buffers and the tensors that make it up.
struct HfWeight {
  std::string name;
  std::vector<HfPiece> pieces;
};

/// A tensor that a file may hold although the model shares it with another one.
struct HfCopy {
  std::string hf_name;
  std::string of;
};

/// The weights of a family, and names in the file that hold none of its own: copies of others, and
/// by suffix (masks) and prefix (layers that the model leaves out) what is passed over.
struct HfWeightMap {
  std::vector<HfWeight> weights;
  std::vector<HfCopy> copies;
  std::vector<std::string> ignored_suffixes;
  std::vector<std::string> ignored_prefixes;
};

/// The part of our parameter that a piece fills.
at::Tensor place_of(const HfPiece& piece, at::Tensor parameter);

/// The part of the file's tensor that fills it, in our layout.
at::Tensor source_of(const HfPiece& piece, at::Tensor hf_tensor);

/// The file's whole tensor of which a piece takes a part.
std::vector<int64_t> hf_shape(const HfPiece& piece, const at::Tensor& parameter);

/// Copies the files' tensors into the model's parameters, cast to their dtype.
/// Throws: DataError that names all tensors that are missing, that the model does not have, of
/// another shape, of a type that is not read (integers, fp8), with numbers that are not finite or
/// not so in the parameter's type, and copies that differ from their original by a byte.
void load_hf_weights(LanguageModel& model, const HfWeightMap& map, const SafetensorsSet& files);

/// A model's parameters and buffers by name.
class NamedWeights {
 public:
  explicit NamedWeights(const LanguageModel& model)
      : parameters_(model.named_parameters()), buffers_(model.named_buffers()) {}
  /// Throws: InternalError where the model has no weight of this name.
  [[nodiscard]] at::Tensor at(const std::string& name) const;
  [[nodiscard]] bool is_buffer(const std::string& name) const { return buffers_.contains(name); }

 private:
  torch::OrderedDict<std::string, at::Tensor> parameters_;
  torch::OrderedDict<std::string, at::Tensor> buffers_;
};

}  // namespace assay
