#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::app {

/// One subcommand. `run` gets the arguments after the command's name and returns the exit code; it
/// throws what lib/error names, and `main` turns that into the documented exit code.
struct Command {
  std::string_view name;
  std::string_view summary;  ///< One line for `assay --help`.
  int (*run)(const std::vector<std::string>& args);
};

/// All subcommands of this build, ordered by file name.
[[nodiscard]] std::vector<Command> all_commands();

}  // namespace assay::app
