#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/toml_node.h"

namespace assay {

/// How the [model] table that a checkpoint holds agrees with that of a run.
struct ModelAgreement {
  bool same = false;
  /// Keys that the checkpoint's table lacks because the program that wrote it did not have them
  /// ("hf_compat"). They were taken at their defaults, which mean what that program did.
  std::vector<std::string> assumed;
  std::string difference;  ///< "d_ff = 96, d_ff = 128": the first line that differs, where not same
};

/// Compares `written`, the resolved table of an earlier process, with the resolved table `now`.
/// `name` is what messages call it. Throws: DataError with its place where this program does not
/// understand `written`: a key of a later program is never ignored.
ModelAgreement compare_models(std::string_view written, std::string name, const TomlTable& now);

}  // namespace assay
