#include "audit/expected_labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/toml_reader.h"

namespace assay::audit {

std::map<std::string, std::string> read_expected(const std::filesystem::path& file) {
  constexpr std::array<std::string_view, 5> kLabels{"reproduced", "plausible", "inconsistent",
                                                    "unverifiable", "null"};
  std::map<std::string, std::string> expected;
  const TomlTable table =
      read_toml_file(file, {.kind = DocumentKind::kData, .module = "audit", .name = file.string()});
  for (const TomlEntry& entry : table.entries) {
    const auto* label = std::get_if<std::string>(&entry.node.value);
    if (label == nullptr || std::find(kLabels.begin(), kLabels.end(), *label) == kLabels.end()) {
      fail_at(
          entry.node.place,
          fmt::format("\"{}\" must be reproduced, plausible, inconsistent, unverifiable or null",
                      entry.key.substr(0, 80)));
    }
    expected.emplace(entry.key, *label);
  }
  return expected;
}

std::vector<std::string> differences(const std::vector<Verdict>& verdicts,
                                     const std::map<std::string, std::string>& expected) {
  std::vector<std::string> lines;
  for (const Verdict& verdict : verdicts) {
    const std::string label = verdict.label ? std::string(to_string(*verdict.label)) : "null";
    const auto found = expected.find(verdict.claim_id);
    if (found != expected.end() && found->second == label) continue;
    lines.push_back(
        fmt::format("{}: {}, expected {}", verdict.claim_id, label,
                    found == expected.end() ? "nothing: not in the file" : found->second));
  }
  return lines;
}

}  // namespace assay::audit
