#include "models/hf_weights.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "error/error.h"
#include "formats/safetensors_reader.h"

namespace assay {
namespace {

at::ScalarType scalar_type(const TensorView& view, const SafetensorsReader& file) {
  switch (view.dtype) {
    case Dtype::kF32:
      return at::kFloat;
    case Dtype::kF16:
      return at::kHalf;
    case Dtype::kBF16:
      return at::kBFloat16;
    case Dtype::kF64:
      return at::kDouble;
    default:
      throw DataError(fmt::format("[models] weight is not floating point: {} is {} in {}",
                                  view.name, dtype_name(view.dtype), file.path().string()));
  }
}

at::Tensor as_tensor(const TensorView& view, const SafetensorsReader& file) {
  // from_blob wants a mutable pointer; the tensor is only read.
  return at::from_blob(const_cast<std::byte*>(view.data.data()), view.shape,
                       at::TensorOptions(scalar_type(view, file)));
}

at::Tensor place_of(const HfPiece& piece, at::Tensor parameter) {
  if (piece.expert) parameter = parameter.select(0, *piece.expert);
  if (piece.num_rows) parameter = parameter.narrow(piece.row_dim, piece.row_begin, *piece.num_rows);
  return parameter;
}

void copy_piece(const HfPiece& piece, at::Tensor parameter, const SafetensorsReader& file) {
  at::Tensor source = as_tensor(file.tensor(piece.hf_name), file);
  if (piece.transposed && source.dim() >= 2) source = source.transpose(-2, -1);
  if (piece.source_step > 1 && source.dim() > piece.row_dim) {
    source = source.slice(piece.row_dim, piece.source_begin, std::nullopt, piece.source_step);
  }
  at::Tensor place = place_of(piece, std::move(parameter));
  if (source.sizes() != place.sizes()) {
    throw DataError(
        fmt::format("[models] weight has another shape: {} is [{}], the config says [{}]"
                    " in {}",
                    piece.hf_name, fmt::join(source.sizes(), ", "), fmt::join(place.sizes(), ", "),
                    file.path().string()));
  }
  place.copy_(source);
}

void refuse_unknown(const std::set<std::string>& used, const HfWeightMap& map,
                    const SafetensorsReader& file) {
  for (const TensorView& view : file.tensors()) {
    const bool ignored = std::any_of(map.ignored_suffixes.begin(), map.ignored_suffixes.end(),
                                     [&](const auto& end) { return view.name.ends_with(end); });
    if (!ignored && !used.contains(view.name)) {
      throw DataError(fmt::format("[models] file has a weight that the model does not: {} in {}",
                                  view.name, file.path().string()));
    }
  }
}

}  // namespace

void load_hf_weights(LanguageModel& model, const HfWeightMap& map, const SafetensorsReader& file) {
  const at::NoGradGuard no_grad;
  const auto parameters = model.named_parameters();
  const auto buffers = model.named_buffers();
  std::set<std::string> used;
  for (const HfWeight& weight : map.weights) {
    for (const HfPiece& piece : weight.pieces) {
      copy_piece(piece,
                 parameters.contains(weight.name) ? parameters[weight.name] : buffers[weight.name],
                 file);
      used.insert(piece.hf_name);
    }
  }
  refuse_unknown(used, map, file);
}

}  // namespace assay
