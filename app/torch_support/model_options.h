#pragma once

#include <boost/program_options/options_description.hpp>
#include <string>
#include <vector>

#include "app/torch_support/loaded_model.h"
#include "app/torch_support/metering_config.h"

namespace assay::app {

/// Adds --tokenizer, --dtype, --device and --threads.
void add_model_options(boost::program_options::options_description& options, ModelChoice& choice);

/// What --record, --metrics-address, --price and --set were given.
struct MeteringWords {
  std::string record;
  std::string metrics_address;
  std::string price;
  std::vector<std::string> set;
};

/// Adds these options.
void add_metering_options(boost::program_options::options_description& options,
                          MeteringWords& words);

/// What they ask for. Throws: ConfigError; DataError where --record
/// names a run that is there.
MeteringOptions metering_options(const MeteringWords& words, const std::string& command,
                                 const std::vector<std::string>& args);

}  // namespace assay::app
