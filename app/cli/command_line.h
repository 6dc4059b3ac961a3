#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>
#include <string>
#include <vector>

namespace assay::app {

/// The values of `args`, the words after `assay COMMAND`: options named in `options`, and bare
/// words as `places` says. Throws: ConfigError, which names the command.
boost::program_options::variables_map parse_command_line(
    const std::string& command, const std::vector<std::string>& args,
    const boost::program_options::options_description& options,
    const boost::program_options::positional_options_description& places = {});

}  // namespace assay::app
