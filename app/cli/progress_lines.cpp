#include "app/cli/progress_lines.h"

#include <algorithm>

namespace assay::app {

namespace {

constexpr size_t kMostLines = 2;
constexpr const char* kGap = "  ";

/// Breaks between parts, as late as it can.
std::vector<std::string> packed(const std::vector<std::string>& parts, size_t columns) {
  std::vector<std::string> lines;
  for (const std::string& part : parts) {
    const bool fits = !lines.empty() && lines.back().size() + 2 + part.size() <= columns;
    if (fits) {
      lines.back() += kGap + part;
    } else {
      lines.push_back(part);
    }
  }
  return lines;
}

}  // namespace

std::vector<std::string> progress_lines(const std::string& bar,
                                        const std::vector<std::string>& parts, size_t columns) {
  std::vector<std::string> with_bar{bar};
  with_bar.insert(with_bar.end(), parts.begin(), parts.end());
  std::vector<std::string> lines = packed(with_bar, columns);
  if (lines.size() > kMostLines) lines = packed(parts, columns);
  if (lines.size() > kMostLines) lines.resize(kMostLines);
  for (std::string& line : lines) line.resize(std::min(line.size(), columns));
  return lines;
}

}  // namespace assay::app
