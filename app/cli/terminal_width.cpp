#include "app/cli/terminal_width.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "audit/output/line_wrap.h"

namespace assay::app {

std::optional<size_t> terminal_width() {
  constexpr size_t kLeast = 40;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return std::max<size_t>(size.ws_col, kLeast);
}

std::string for_terminal(const std::string& text) {
  const std::optional<size_t> width = terminal_width();
  return width ? audit::wrapped(text, *width) : text;
}

}  // namespace assay::app
