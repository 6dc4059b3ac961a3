#include "registry/registry_version.h"

#include "config/config.h"

namespace assay {
namespace {

struct VersionFile {
  std::string version;

  template <class V>
  void fields(V& visit) {
    visit("version", version, "of the evidence", required(), non_empty());
  }
};

}  // namespace

std::string registry_version(const std::filesystem::path& root) {
  const std::filesystem::path file = root / "version.toml";
  if (!std::filesystem::exists(file)) return {};
  return load_data<VersionFile>(file, "registry").version;
}

}  // namespace assay
