#include "app/cli/text_output.h"

#include <fmt/format.h>

#include <iostream>

#include "error/error.h"
#include "formats/durable_file.h"

namespace assay::app {

bool is_standard_output(std::string_view out) { return out.empty() || out == "-"; }

void write_text(const std::string& out, std::string_view text) {
  if (!is_standard_output(out)) return write_file_durably(out, text);
  if (!(std::cout << text << std::flush)) {
    throw StorageError("[assay] standard output cannot be written");
  }
}

void expect_path(std::string_view command, std::string_view option, std::string_view out) {
  if (out != "-") return;
  throw ConfigError(fmt::format(
      "[{0}] {1} cannot be standard output: {1} - (a path of that name is ./-)", command, option));
}

}  // namespace assay::app
