#include "app/cli/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/program_options/parsers.hpp>

#include "error/error.h"

namespace assay::app {

namespace po = boost::program_options;

namespace {

// Boost reads "-1" as the largest unsigned number.
void expect_no_sign(const std::string& command, const po::parsed_options& parsed) {
  for (const po::option& option : parsed.options) {
    const po::option_description* known = parsed.description->find_nothrow(option.string_key, true);
    if (known == nullptr) continue;
    const auto* typed = dynamic_cast<const po::typed_value_base*>(known->semantic().get());
    if (typed == nullptr) continue;
    const bool is_count =
        typed->value_type() == typeid(unsigned) || typed->value_type() == typeid(unsigned long);
    for (const std::string& value : option.value) {
      if (!is_count || !value.starts_with('-')) continue;
      throw ConfigError(fmt::format("[{0}] --{1} is a number from 0 up: {2} (assay {0} --help)",
                                    command, option.string_key, value));
    }
  }
}

// The variable of a script that was never set: "--resume $CHECKPOINT" must not be no --resume.
void expect_names(const std::string& command, const po::parsed_options& parsed) {
  constexpr std::array kPaths{"csv",    "map",      "metrics", "out",
                              "record", "registry", "resume",  "trace"};
  for (const po::option& option : parsed.options) {
    if (std::ranges::find(kPaths, option.string_key) == kPaths.end()) continue;
    if (std::ranges::find(option.value, "") == option.value.end()) continue;
    throw ConfigError(fmt::format("[{}] --{} names no file or folder", command, option.string_key));
  }
}

}  // namespace

po::variables_map parse_command_line(const std::string& command,
                                     const std::vector<std::string>& args,
                                     const po::options_description& options,
                                     const po::positional_options_description& places) {
  po::variables_map values;
  try {
    const po::parsed_options parsed =
        po::command_line_parser(args).options(options).positional(places).run();
    expect_no_sign(command, parsed);
    expect_names(command, parsed);
    po::store(parsed, values);
    po::notify(values);
  } catch (const po::error& error) {
    throw ConfigError(fmt::format("[{0}] {1} (assay {0} --help)", command, error.what()));
  }
  return values;
}

}  // namespace assay::app
