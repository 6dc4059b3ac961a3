#pragma once

#include <string>
#include <vector>

/// What a run of the program left.
struct ProgramResult {
  int exit_code = -1;  ///< 128 + signal where a signal ended it.
  std::string out;
  std::string err;
};

/// Runs `assay` with these arguments and waits for its end. `environment` entries ("KEY=value")
/// come on top of ours.
[[nodiscard]] ProgramResult run_assay(const std::vector<std::string>& args,
                                      const std::vector<std::string>& environment = {});

/// The same with standard output a terminal of so many columns; `err` stays empty.
[[nodiscard]] ProgramResult run_assay_at_terminal(const std::vector<std::string>& args,
                                                  unsigned short columns);
