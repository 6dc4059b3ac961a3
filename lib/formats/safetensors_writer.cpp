#include "formats/safetensors_writer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "error/error.h"
#include "formats/durable_file.h"

namespace assay {
namespace {

std::vector<const TensorView*> in_file_order(std::span<const TensorView> tensors) {
  std::vector<const TensorView*> order;
  for (const TensorView& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const TensorView* a, const TensorView* b) {
    if (dtype_size(a->dtype) != dtype_size(b->dtype)) {
      return dtype_size(a->dtype) > dtype_size(b->dtype);
    }
    return a->name < b->name;
  });
  return order;
}

uint64_t size_from_shape(const TensorView& tensor) {
  uint64_t size = dtype_size(tensor.dtype);
  for (const int64_t extent : tensor.shape) {
    check(extent >= 0 && !__builtin_mul_overflow(size, static_cast<uint64_t>(extent), &size),
          "[formats] a tensor to be written has an impossible shape");
  }
  return size;
}

std::string header_text(const std::vector<const TensorView*>& order,
                        const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  uint64_t offset = 0;
  for (const TensorView* tensor : order) {
    check(!header.contains(tensor->name), "[formats] two tensors to be written share a name");
    check(size_from_shape(*tensor) == tensor->data.size(),
          "[formats] a tensor to be written has another size than its shape says");
    const uint64_t end = offset + tensor->data.size();
    header[tensor->name] = {{"dtype", std::string(dtype_name(tensor->dtype))},
                            {"shape", tensor->shape},
                            {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

}  // namespace

void write_safetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                       const std::map<std::string, std::string>& metadata) {
  const std::vector<const TensorView*> order = in_file_order(tensors);
  const std::string header = header_text(order, metadata);
  const uint64_t length = header.size();
  DurableFile file(path);
  file.write(std::as_bytes(std::span(&length, 1)));
  file.write(header);
  for (const TensorView* tensor : order) file.write(tensor->data);
  file.commit();
}

}  // namespace assay
