#include "models/hf_weights.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <set>

#include "error/error.h"
#include "formats/safetensors_set.h"

namespace assay {
namespace {

std::optional<at::ScalarType> scalar_type(Dtype dtype) {
  switch (dtype) {
    case Dtype::kF32:
      return at::kFloat;
    case Dtype::kF16:
      return at::kHalf;
    case Dtype::kBF16:
      return at::kBFloat16;
    case Dtype::kF64:
      return at::kDouble;
    default:
      return std::nullopt;
  }
}

at::Tensor as_tensor(const TensorView& view, at::ScalarType type) {
  // from_blob wants a mutable pointer; the tensor is only read.
  return at::from_blob(const_cast<std::byte*>(view.data.data()), view.shape,
                       at::TensorOptions(type));
}

/// Findings of one kind: "missing: a, b".
struct Findings {
  std::string_view fact;
  std::vector<std::string> names;
};

/// One pass over a model's weights and the files that should hold them.
class WeightLoader {
 public:
  WeightLoader(const LanguageModel& model, const SafetensorsSet& files)
      : model_(model), files_(files) {}

  void load(const HfWeightMap& map);

 private:
  void load_piece(const HfPiece& piece, const at::Tensor& parameter);
  void check_numbers(const HfPiece& piece, const at::Tensor& whole, at::ScalarType wanted);
  void compare_copy(const HfCopy& copy);
  void find_surplus(const HfWeightMap& map);
  void report() const;

  const LanguageModel& model_;
  const SafetensorsSet& files_;
  std::set<std::string, std::less<>> used_;
  Findings missing_{"missing", {}};
  Findings surplus_{"not of this model", {}};
  Findings shapes_{"of another shape", {}};
  Findings types_{"not of F64, F32, BF16 or F16", {}};
  Findings not_finite_{"not finite", {}};
  Findings overflowing_{"too large for the model's type", {}};
  Findings copies_{"not the copy that the config makes it", {}};
};

// Of numbers that are finite in the file, those that the model's type has no room for count apart.
void WeightLoader::check_numbers(const HfPiece& piece, const at::Tensor& whole,
                                 at::ScalarType wanted) {
  const auto count = [](const at::Tensor& numbers) {
    return numbers.isfinite().logical_not().sum().item<int64_t>();
  };
  const int64_t bad = count(whole);
  if (bad > 0) {
    not_finite_.names.push_back(
        fmt::format("{} in {} of {} numbers", piece.hf_name, bad, whole.numel()));
  }
  const bool is_wider = at::promote_types(whole.scalar_type(), wanted) == wanted;
  if (is_wider) return;
  const int64_t too_large = count(whole.to(wanted)) - bad;
  if (too_large > 0) {
    overflowing_.names.push_back(fmt::format("{} in {} of {} numbers as {}", piece.hf_name,
                                             too_large, whole.numel(), at::toString(wanted)));
  }
}

void WeightLoader::compare_copy(const HfCopy& copy) {
  if (!files_.contains(copy.hf_name)) return;
  used_.insert(copy.hf_name);
  if (!files_.contains(copy.of)) return;  // missing, which is said
  const TensorView& one = files_.tensor(copy.hf_name);
  const TensorView& other = files_.tensor(copy.of);
  const bool same = one.dtype == other.dtype && one.shape == other.shape &&
                    std::memcmp(one.data.data(), other.data.data(), one.data.size()) == 0;
  if (!same) copies_.names.push_back(fmt::format("{} differs from {}", copy.hf_name, copy.of));
}

void WeightLoader::load_piece(const HfPiece& piece, const at::Tensor& parameter) {
  const bool is_new = used_.insert(piece.hf_name).second;
  if (!files_.contains(piece.hf_name)) {
    if (is_new) missing_.names.push_back(piece.hf_name);
    return;
  }
  const TensorView& view = files_.tensor(piece.hf_name);
  const auto type = scalar_type(view.dtype);
  if (!type) {
    if (is_new) types_.names.push_back(fmt::format("{} is {}", view.name, dtype_name(view.dtype)));
    return;
  }
  const at::Tensor whole = as_tensor(view, *type);
  if (const std::vector<int64_t> shape = hf_shape(piece, parameter); view.shape != shape) {
    if (is_new) {
      shapes_.names.push_back(fmt::format("{} is [{}], the config says [{}]", piece.hf_name,
                                          fmt::join(view.shape, ", "), fmt::join(shape, ", ")));
    }
    return;
  }
  if (is_new) check_numbers(piece, whole, parameter.scalar_type());
  place_of(piece, parameter).copy_(source_of(piece, whole));
}

void WeightLoader::find_surplus(const HfWeightMap& map) {
  const auto any = [](const std::vector<std::string>& parts, const auto& test) {
    return std::any_of(parts.begin(), parts.end(), test);
  };
  for (const auto& entry : files_.tensors()) {
    const std::string& name = entry.first;
    const bool ignored =
        any(map.ignored_suffixes, [&](const auto& end) { return name.ends_with(end); }) ||
        any(map.ignored_prefixes, [&](const auto& begin) { return name.starts_with(begin); });
    if (!ignored && !used_.contains(name)) surplus_.names.push_back(name);
  }
}

void WeightLoader::report() const {
  std::vector<std::string> facts;
  for (const Findings* found :
       {&missing_, &surplus_, &shapes_, &types_, &not_finite_, &overflowing_, &copies_}) {
    if (found->names.empty()) continue;
    facts.push_back(
        fmt::format("{} {}: {}", found->names.size(), found->fact, fmt::join(found->names, ", ")));
  }
  if (facts.empty()) return;
  throw DataError(fmt::format("[models] weights do not fit the model: {}: {}",
                              files_.path().string(), fmt::join(facts, "; ")));
}

void WeightLoader::load(const HfWeightMap& map) {
  const NamedWeights weights(model_);
  for (const HfWeight& weight : map.weights) {
    const at::Tensor parameter = weights.at(weight.name);
    for (const HfPiece& piece : weight.pieces) load_piece(piece, parameter);
  }
  for (const HfCopy& copy : map.copies) compare_copy(copy);
  find_surplus(map);
  report();
}

}  // namespace

at::Tensor place_of(const HfPiece& piece, at::Tensor parameter) {
  if (piece.expert) parameter = parameter.select(0, *piece.expert);
  if (piece.num_rows) parameter = parameter.narrow(piece.row_dim, piece.row_begin, *piece.num_rows);
  return parameter;
}

at::Tensor source_of(const HfPiece& piece, at::Tensor hf_tensor) {
  if (piece.transposed && hf_tensor.dim() >= 2) hf_tensor = hf_tensor.transpose(-2, -1);
  if (piece.source_step > 1 && hf_tensor.dim() > piece.row_dim) {
    hf_tensor = hf_tensor.slice(piece.row_dim, piece.source_begin, std::nullopt, piece.source_step);
  }
  return hf_tensor;
}

std::vector<int64_t> hf_shape(const HfPiece& piece, const at::Tensor& parameter) {
  std::vector<int64_t> shape = place_of(piece, parameter).sizes().vec();
  if (piece.source_step > 1) shape.at(static_cast<size_t>(piece.row_dim)) *= piece.source_step;
  if (piece.transposed && shape.size() >= 2) std::swap(shape.back(), shape.at(shape.size() - 2));
  return shape;
}

at::Tensor NamedWeights::at(const std::string& name) const {
  if (const at::Tensor* found = parameters_.find(name)) return *found;
  const at::Tensor* buffer = buffers_.find(name);
  check(buffer != nullptr, "[models] a weight of Hugging Face's names is not the model's");
  return *buffer;
}

void load_hf_weights(LanguageModel& model, const HfWeightMap& map, const SafetensorsSet& files) {
  const at::NoGradGuard no_grad;
  WeightLoader(model, files).load(map);
}

}  // namespace assay
