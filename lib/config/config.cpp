#include "config/config.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay {

std::string help_text(const std::vector<FieldInfo>& fields) {
  size_t width = 0;
  for (const FieldInfo& field : fields) width = std::max(width, field.path.size());
  std::string out;
  for (const FieldInfo& field : fields) {
    const std::string rule = field.rule.empty() ? "" : fmt::format(" ({})", field.rule);
    out += fmt::format("  {:<{}}  {} [{}]  {}{}\n", field.path, width, field.type, field.initial,
                       field.help, rule);
  }
  return out;
}

}  // namespace assay
