#include "train/tensor_file.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "error/error.h"
#include "formats/safetensors_writer.h"

namespace assay {

namespace {

Dtype file_dtype(const NamedTensor& tensor) {
  switch (tensor.second.scalar_type()) {
    case at::kFloat:
      return Dtype::kF32;
    case at::kBFloat16:
      return Dtype::kBF16;
    case at::kDouble:
      return Dtype::kF64;
    case at::kHalf:
      return Dtype::kF16;
    case at::kLong:
      return Dtype::kI64;
    case at::kInt:
      return Dtype::kI32;
    case at::kByte:
      return Dtype::kU8;
    case at::kBool:
      return Dtype::kBool;
    default:
      throw InternalError(
          fmt::format("[checkpoint] tensor of a type that files do not have: {}", tensor.first));
  }
}

void require_same_form(const TensorView& view, const NamedTensor& tensor,
                       const std::filesystem::path& path) {
  const at::IntArrayRef sizes = tensor.second.sizes();
  const bool same_shape =
      std::equal(sizes.begin(), sizes.end(), view.shape.begin(), view.shape.end());
  if (same_shape && view.dtype == file_dtype(tensor)) return;
  throw DataError(fmt::format(
      "[checkpoint] tensor does not fit the model: {}: {} is {} [{}], the model wants {} [{}]",
      path.string(), tensor.first, dtype_name(view.dtype), fmt::join(view.shape, ", "),
      dtype_name(file_dtype(tensor)), fmt::join(sizes, ", ")));
}

void require_same_names(const SafetensorsReader& file, const NamedTensors& tensors) {
  std::set<std::string_view> wanted;
  for (const auto& [name, tensor] : tensors) {
    wanted.insert(name);
    if (file.contains(name)) continue;
    throw DataError(
        fmt::format("[checkpoint] tensor is missing: {}: {}", file.path().string(), name));
  }
  for (const TensorView& view : file.tensors()) {
    if (wanted.contains(view.name)) continue;
    throw DataError(fmt::format("[checkpoint] tensor is not one of this model: {}: {}",
                                file.path().string(), view.name));
  }
}

void copy_in(const TensorView& view, at::Tensor tensor) {
  const at::Tensor host = at::empty(tensor.sizes(), tensor.options().device(at::kCPU));
  std::memcpy(host.data_ptr(), view.data.data(), view.data.size());
  tensor.copy_(host);
}

}  // namespace

void save_tensors(const std::filesystem::path& path, const NamedTensors& tensors,
                  const std::map<std::string, std::string>& metadata) {
  std::vector<at::Tensor> hosts;  // keeps the memory behind the views
  std::vector<TensorView> views;
  for (const NamedTensor& tensor : tensors) {
    hosts.push_back(tensor.second.detach().to(at::kCPU).contiguous());
    const at::Tensor& host = hosts.back();
    views.push_back({.name = tensor.first,
                     .dtype = file_dtype(tensor),
                     .shape = host.sizes().vec(),
                     .data = {static_cast<const std::byte*>(host.const_data_ptr()),
                              static_cast<size_t>(host.nbytes())}});
  }
  write_safetensors(path, views, metadata);
}

void load_tensors(const std::filesystem::path& path, const NamedTensors& tensors) {
  const at::NoGradGuard no_grad;
  const SafetensorsReader file(path);
  require_same_names(file, tensors);
  for (const NamedTensor& tensor : tensors) {
    require_same_form(file.tensor(tensor.first), tensor, path);
  }
  for (const auto& [name, tensor] : tensors) copy_in(file.tensor(name), tensor);
}

}  // namespace assay
