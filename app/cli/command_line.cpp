#include "app/cli/command_line.h"

#include <fmt/format.h>

#include <boost/program_options/parsers.hpp>

#include "error/error.h"

namespace assay::app {

namespace po = boost::program_options;

po::variables_map parse_command_line(const std::string& command,
                                     const std::vector<std::string>& args,
                                     const po::options_description& options,
                                     const po::positional_options_description& places) {
  po::variables_map values;
  try {
    po::store(po::command_line_parser(args).options(options).positional(places).run(), values);
    po::notify(values);
  } catch (const po::error& error) {
    throw ConfigError(fmt::format("[{0}] {1} (assay {0} --help)", command, error.what()));
  }
  return values;
}

}  // namespace assay::app
