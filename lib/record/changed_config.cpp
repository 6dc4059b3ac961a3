#include "record/changed_config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/changed_settings.h"
#include "config/toml_reader.h"
#include "error/error.h"

namespace assay {

std::string changed_config(const RunManifest& before, const RunManifest& now) {
  if (before.config_sha256 == now.config_sha256) return "";
  if (before.config_toml.empty() || now.config_toml.empty()) return now.config_sha256;
  try {
    const auto read = [](const RunManifest& manifest) {
      return read_toml(manifest.config_toml,
                       {.kind = DocumentKind::kData, .module = "record", .name = "manifest"});
    };
    return fmt::format("{}", fmt::join(changed_settings(read(before), read(now)), ", "));
  } catch (const Error&) {
    return now.config_sha256;
  }
}

}  // namespace assay
