#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <string>
#include <vector>

#include "audit/evidence.h"

namespace assay::app {

/// The options of `assay audit`, as --help shows them.
boost::program_options::options_description audit_options();

/// The values of `args`; bare words are under "claim". Throws: ConfigError.
boost::program_options::variables_map parse_audit(const std::vector<std::string>& args);

/// What an option that may be repeated was given; empty where it was not.
std::vector<std::string> texts(const boost::program_options::variables_map& values,
                               const char* name);

/// The reader's evidence and assumptions: --run, --probe, --set, --draws, --seed and --cost-models.
/// Throws: ConfigError for a value that makes no sense, DataError for what cannot be read.
audit::Evidence read_evidence(const boost::program_options::variables_map& values);

}  // namespace assay::app
