#include <fmt/format.h>

#include <cstdlib>
#include <optional>
#include <system_error>
#include <vector>

#include "error/error.h"
#include "registry/registry.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

// The registry at or in `place`, where there is one.
std::optional<fs::path> registry_in(const fs::path& place) {
  for (const fs::path& candidate : {place, place / "registry", place / "configs" / "registry"}) {
    if (fs::is_regular_file(candidate / "sources.toml")) return candidate;
  }
  return std::nullopt;
}

fs::path asked_for(const std::string& place, std::string_view by) {
  if (const auto found = registry_in(place)) return *found;
  throw ConfigError(fmt::format("[registry] no sources.toml there, named by {}: {}", by, place));
}

}  // namespace

std::filesystem::path find_registry(const std::string& flag) {
  if (!flag.empty()) return asked_for(flag, "--registry");
  if (const char* variable = std::getenv("ASSAY_DATA"); variable != nullptr && *variable != '\0') {
    return asked_for(variable, "ASSAY_DATA");
  }
  std::error_code error;
  const fs::path exe = fs::read_symlink("/proc/self/exe", error);
  // Installed, then built in build/<preset>/app of a tree that may have been moved since.
  const fs::path prefix = exe.parent_path().parent_path();
  const std::vector<fs::path> places{prefix / "share" / "assay", prefix.parent_path().parent_path(),
                                     ASSAY_SOURCE_TREE};
  std::string tried;
  for (const fs::path& place : places) {
    if (const auto found = registry_in(place)) return *found;
    tried += " " + place.string();
  }
  throw ConfigError(fmt::format(
      "[registry] no registry found; name one by --registry or ASSAY_DATA; tried:{}", tried));
}

}  // namespace assay
