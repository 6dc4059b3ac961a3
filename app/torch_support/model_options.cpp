#include "app/torch_support/model_options.h"

#include <algorithm>
#include <cctype>

#include "app/cli/text_output.h"
#include "app/torch_support/run_price.h"
#include "record/run_writer.h"

namespace assay::app {

namespace po = boost::program_options;

namespace {

/// Ids of the registry are letters, digits, points and dashes; a figure has a blank and a slash.
bool is_price_id(const std::string& word) {
  const auto may_be_of_id = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_';
  };
  return std::isalpha(static_cast<unsigned char>(word.front())) != 0 &&
         std::ranges::all_of(word, may_be_of_id);
}

OptionValue price_option(const std::string& word) {
  if (word.empty()) return {};
  return {.option = "--price",
          .key = is_price_id(word) ? "price.sheet" : "price.device_hour",
          .value = word};
}

}  // namespace

void add_model_options(po::options_description& options, ModelChoice& choice) {
  options.add_options()(
      "tokenizer", po::value(&choice.tokenizer),
      "bytes, a tokenizer's file, or none (token numbers only); default: the model's own")(
      "dtype", po::value(&choice.dtype),
      "fp32 or bf16 (default: the checkpoint's; a folder's weights are read as fp32)")(
      "device", po::value(&choice.device)->default_value("auto"), "auto, cpu or cuda")(
      "threads", po::value(&choice.threads)->default_value(0),
      "CPU threads; 0: as many as the process may use");
}

void add_metering_options(po::options_description& options, MeteringWords& words) {
  options.add_options()("record", po::value(&words.record),
                        "run directory to make: manifest, batches, energy and events")(
      "metrics-address", po::value(&words.metrics_address)->default_value("off"),
      "HOST:PORT of http://HOST:PORT/metrics while this runs")(
      "price", po::value(&words.price),
      "rent of one device for one hour: \"2.0 USD/gpu_h\", or the id of a price of the registry")(
      "set", po::value(&words.set)->composing(),
      "KEY=VALUE of [run], [metrics], [energy] or [price]; may be repeated");
}

MeteringOptions metering_options(const MeteringWords& words, const std::string& command,
                                 const std::vector<std::string>& args) {
  // What cannot be taken is said before a model is read for nothing.
  expect_path(command, "--record", words.record);
  if (!words.record.empty()) require_no_run(words.record);
  std::vector<std::string> set{"metrics.address=" + words.metrics_address};
  if (!words.price.empty() && !is_price_id(words.price)) set.emplace_back("price.source=--price");
  set.insert(set.end(), words.set.begin(), words.set.end());
  MeteringOptions options{.record = words.record,
                          .command = command,
                          .args = args,
                          .config = metering_config(set, price_option(words.price))};
  options.sheet = named_price_sheet(options.config.price, /*registry_folder=*/"");
  return options;
}

}  // namespace assay::app
