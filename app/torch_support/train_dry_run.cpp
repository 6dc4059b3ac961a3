#include "app/torch_support/train_dry_run.h"

#include <iostream>

#include "app/torch_support/registered_device.h"
#include "app/torch_support/run_inputs.h"
#include "app/torch_support/run_price.h"
#include "cost/run_efficiency.h"
#include "cost/run_prices.h"
#include "distributed/comm.h"
#include "models/fp8_layers.h"
#include "models/model_family.h"
#include "plan/run_plan.h"
#include "specs/family.h"
#include "specs/model_source.h"
#include "train/machine.h"

namespace assay::app {

namespace {

std::optional<Money> budget_of(const PriceConfig& price) {
  if (!price.budget) return std::nullopt;
  return Money{price.budget->value, price.budget->currency, ""};
}

}  // namespace

void print_dry_run(const TrainOptions& options, const RunConfig& config) {
  const std::optional<Price> sheet = named_price_sheet(config.price, options.registry);
  RunManifest manifest{.started_utc = rfc3339(process_start_unix_s())};
  describe_price(config.price, sheet, manifest);
  const RunDevice device = open_device(config, Comm::from_environment().local_rank());
  const TrainConfig& train = config.train;
  if (train.precision == Precision::kFp8) {
    use_fp8(*make_meta_model(config.model), train.layers_in_bf16());
  }
  const ModelSpec spec = spec_from_table(config.model, config.run.model_name);
  tokenizer_for(config, spec);  // the plan is of a run that can begin
  const DeviceMemory memory = device_memory(device.device);
  const RunPlan plan =
      plan_run({.spec = spec,
                .stages = {{.name = "pretrain",
                            .num_steps = train.steps,
                            .seq_len = train.seq_len,
                            .tokens_per_step = train.tokens_per_step()}},
                .memory = predict_peak(memory_question(config, spec, device.device)),
                .device_memory = memory.limit,
                .free_memory = memory.free,
                .ceiling = rate_ceiling(device.info, nullptr),
                .rent = rent_of(manifest),
                .budget = budget_of(config.price)});
  if (options.json) {
    std::cout << to_json(plan) << "\n";
    return;
  }
  manifest.devices = {device.info};
  if (sheet) {  // a price is held against the id of its device
    manifest.devices.front().registry_id = registered_device_id(device.info, options.registry);
  }
  for (const std::string& note : folder_notes(config.model)) {
    std::cerr << "assay: warning: config.json: " << note << "\n";
  }
  if (const auto note = tokenizer_note(config)) std::cerr << "assay: warning: " << *note << "\n";
  for (const std::string& warning : price_warnings(sheet, manifest)) {
    std::cerr << "assay: warning: " << warning << "\n";
  }
  std::cout << dump_toml(config) << "\n" << to_text(plan);
}

}  // namespace assay::app
