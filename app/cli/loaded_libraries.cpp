#include "app/cli/loaded_libraries.h"

#include <link.h>

#include <charconv>
#include <filesystem>

namespace assay::app {

std::vector<std::string> loaded_libraries() {
  std::vector<std::string> names;
  const auto add = [](dl_phdr_info* info, size_t, void* data) {
    static_cast<std::vector<std::string>*>(data)->push_back(
        std::filesystem::path(info->dlpi_name).filename().string());
    return 0;
  };
  ::dl_iterate_phdr(add, &names);
  return names;
}

std::optional<int> needed_cuda_version() {
  constexpr std::string_view kRuntime = "libcudart.so.";
  for (const std::string& name : loaded_libraries()) {
    if (!name.starts_with(kRuntime)) continue;
    int major = 0;
    std::from_chars(name.data() + kRuntime.size(), name.data() + name.size(), major);
    if (major > 0) return major * 1000;
  }
  return std::nullopt;
}

}  // namespace assay::app
