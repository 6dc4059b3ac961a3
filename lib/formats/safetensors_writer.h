#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "formats/tensor_view.h"

namespace assay {

/// Writes a safetensors file durably (see DurableFile). Like the reference implementation it puts
/// large element types first and sorts by name within them, so every tensor is aligned.
/// Throws: StorageError; InternalError where two tensors share a name or a view's size is not
/// shape x dtype.
void write_safetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                       const std::map<std::string, std::string>& metadata = {});

}  // namespace assay
