#pragma once

#include <string>

#include "app/cli/claim_output.h"
#include "audit/output/language.h"
#include "registry/registry.h"

namespace assay::app {

/// `assay audit --import FORMAT FILE`: what was asked for.
struct ImportRequest {
  std::string format;  ///< "epoch" or "csv"
  std::string file;
  std::string map;  ///< of "csv": which column is what
  std::string csv;  ///< where one line a row goes; empty: nowhere
  ClaimOutput output;
  std::string command;  ///< as one would type it again
};

/// Audits every row of a table and prints the summary. Returns the exit code: 1 where a row is
/// inconsistent or cannot be read. Throws: ConfigError for a format without its map, DataError for
/// a file that is no table.
int run_import(const ImportRequest& request, const Registry& registry, audit::Language language);

}  // namespace assay::app
