#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "audit/verdict.h"

namespace assay::audit {

/// The labels of an `--expect` file by claim id: TOML lines `"claim-id" = "reproduced"`, with
/// "null" for claims without a verdict. Throws: DataError with file:line:column.
std::map<std::string, std::string> read_expected(const std::filesystem::path& file);

/// One line for each verdict that differs from what is expected of it. A claim that the file does
/// not name differs too; claims of the file that were not audited do not count.
std::vector<std::string> differences(const std::vector<Verdict>& verdicts,
                                     const std::map<std::string, std::string>& expected);

}  // namespace assay::audit
