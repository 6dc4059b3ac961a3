#include "app/cli/catalogue_options.h"

#include <fmt/format.h>

#include <iostream>

#include "app/cli/command_line.h"
#include "error/error.h"

namespace assay::app {
namespace {

namespace po = boost::program_options;

void check_action(const std::string& command, const CatalogueOptions& options) {
  if (options.action != "list" && options.action != "show") {
    throw ConfigError(
        fmt::format("[{0}] say what to do: assay {0} list, or assay {0} show ID", command));
  }
  if (options.action == "list" && !options.id.empty()) {
    throw ConfigError(fmt::format("[{}] list takes no id: {}", command, options.id));
  }
}

}  // namespace

CatalogueOptions parse_catalogue_options(const std::string& command,
                                         const std::vector<std::string>& args,
                                         const po::options_description& more,
                                         po::variables_map& values) {
  po::options_description shown("Options");
  shown.add_options()("registry", po::value<std::string>(), "folder of the registry")(
      "json", "print JSON")("help,h", "this text");
  shown.add(more);
  po::options_description all;
  all.add(shown).add_options()("action", po::value<std::string>())("id", po::value<std::string>());
  po::positional_options_description places;
  places.add("action", 1).add("id", 1);
  values = parse_command_line(command, args, all, places);
  CatalogueOptions options{.help = values.count("help") > 0, .json = values.count("json") > 0};
  const auto text = [&](const char* name) {
    return values.count(name) > 0 ? values[name].as<std::string>() : std::string();
  };
  options.action = text("action");
  options.id = text("id");
  options.registry = text("registry");
  if (options.help) {
    std::cout << fmt::format(
                     "Usage: assay {0} list [OPTIONS]\n       assay {0} show ID [OPTIONS]\n\n",
                     command)
              << shown;
    return options;
  }
  check_action(command, options);
  return options;
}

}  // namespace assay::app
