#include "app/command.h"
#include "app/torch_support/train_dry_run.h"
#include "app/torch_support/train_options.h"
#include "app/torch_support/train_run.h"

namespace assay::app {

namespace {

int run(const std::vector<std::string>& args) {
  const std::optional<TrainOptions> options = parse_train_options(args);
  if (!options) return 0;
  const RunConfig config = load_train_config(*options);
  if (options->dry_run) {
    print_dry_run(*options, config);
    return 0;
  }
  return static_cast<int>(train_run(*options, config));
}

}  // namespace

Command train_command() {
  return {.name = "train", .summary = "train a model and leave a run directory", .run = run};
}

}  // namespace assay::app
