#include "app/torch_support/model_options.h"

#include <cctype>

namespace assay::app {

namespace po = boost::program_options;

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
  std::vector<std::string> set{"metrics.address=" + words.metrics_address};
  // A figure begins with a digit, the id of a price of the registry with a letter.
  if (!words.price.empty() && std::isalpha(static_cast<unsigned char>(words.price.front())) != 0) {
    set.push_back("price.sheet=" + words.price);
  } else if (!words.price.empty()) {
    set.push_back("price.device_hour=" + words.price);
    set.emplace_back("price.source=--price");
  }
  set.insert(set.end(), words.set.begin(), words.set.end());
  return {.record = words.record, .command = command, .args = args, .config = metering_config(set)};
}

}  // namespace assay::app
