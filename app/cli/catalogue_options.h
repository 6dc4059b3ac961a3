#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <string>
#include <vector>

namespace assay::app {

/// The command line of a catalogue: `list` or `show ID`, --registry, --json and --help.
struct CatalogueOptions {
  bool help = false;
  bool json = false;
  std::string action;  ///< "list" or "show"
  std::string id;      ///< empty for `list`, or where the command allows another input
  std::string registry;
};

/// Reads `args` with the common options and those in `more`, whose values go to `values`. Prints
/// the help to standard output where it is asked for. Throws: ConfigError.
CatalogueOptions parse_catalogue_options(const std::string& command,
                                         const std::vector<std::string>& args,
                                         const boost::program_options::options_description& more,
                                         boost::program_options::variables_map& values);

}  // namespace assay::app
