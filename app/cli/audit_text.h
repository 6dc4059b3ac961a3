#pragma once

#include <boost/program_options/variables_map.hpp>
#include <optional>
#include <string>
#include <vector>

#include "audit/costs/total_disclosure.h"
#include "audit/evidence.h"
#include "audit/output/language.h"
#include "audit/verdict.h"
#include "registry/registry.h"

namespace assay::app {

/// The verdicts as text: a line a claim with --brief, a table with --all, else a block each. With a
/// `width` the lists are cut and the blocks broken at it; without, every line is whole.
std::string terminal_text(const std::vector<Verdict>& verdicts,
                          const boost::program_options::variables_map& values,
                          audit::Language language, std::optional<size_t> width);

/// Throws: ConfigError for an assumption of the reader that changes nothing in any of the claims.
void refuse_unused(const std::vector<Verdict>& verdicts, const audit::Evidence& evidence);

/// The file of --expect: labels by claim; absent without it.
using ExpectedLabels = std::optional<std::map<std::string, std::string>>;

/// 1 for an inconsistent verdict; with --expect for one that differs, which is printed.
int exit_code(const std::vector<Verdict>& verdicts, const ExpectedLabels& expected);

/// The verdicts as --json prints them, with registry and citations.
std::string json_text(const std::vector<Verdict>& verdicts,
                      const std::optional<audit::TotalDisclosure>& total, const Registry& registry);

/// Writes the claims as Prometheus metrics, as of now. Throws: StorageError.
void write_claim_metrics(const std::vector<Verdict>& verdicts, const std::string& file);

}  // namespace assay::app
