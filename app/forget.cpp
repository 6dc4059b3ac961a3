#include <iostream>
#include <string>
#include <vector>

#include "app/cli/command_line.h"
#include "app/command.h"
#include "error/error.h"
#include "metrics/pushgateway.h"
#include "record/run_record.h"

namespace assay::app {
namespace {

namespace po = boost::program_options;

po::options_description forget_options() {
  po::options_description options("Options");
  options.add_options()("help,h", "this text")("pushgateway", po::value<std::string>(),
                                               "http://HOST:PORT that the runs were pushed to");
  return options;
}

po::variables_map parse_forget(const std::vector<std::string>& args) {
  po::options_description all = forget_options();
  all.add_options()("run", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("run", -1);
  return parse_command_line("forget", args, all, positional);
}

int run_forget(const std::vector<std::string>& args) {
  const po::variables_map values = parse_forget(args);
  if (values.count("help") > 0) {
    std::cout << "Usage: assay forget RUN... --pushgateway URL\n\nTakes the last values of runs "
                 "away from a Pushgateway, which keeps them for ever otherwise.\nThe run "
                 "directories stay.\n\n"
              << forget_options();
    return 0;
  }
  if (values.count("run") == 0 || values.count("pushgateway") == 0) {
    throw ConfigError("[forget] a run directory and --pushgateway URL are needed");
  }
  const PushgatewayAddress gateway = parse_pushgateway(values["pushgateway"].as<std::string>());
  for (const std::string& run : values["run"].as<std::vector<std::string>>()) {
    const std::string run_id = read_run(run, StepDetail::kTotals).manifest().run_id;
    forget_run(gateway, run_id);
    std::cout << "forgotten: " << run_id << "\n";
  }
  return 0;
}

}  // namespace

Command forget_command() { return {"forget", "take runs away from a Pushgateway", run_forget}; }

}  // namespace assay::app
