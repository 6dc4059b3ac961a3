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

/// The program beside this one that has every subcommand; empty where this one has them.
[[nodiscard]] std::string_view full_program();

/// The subcommands of this program, ordered by file name.
[[nodiscard]] std::vector<Command> all_commands();

}  // namespace assay::app
